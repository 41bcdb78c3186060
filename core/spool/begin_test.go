package spool

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/durable"
)

var errOver = errors.New("another decision was made")

// CONS-2: if a document was collected under a decision that has ended, it does not stay, whether
// this is found before it is written or after: a denial that bypasses the lock may come in between.
// Its hour may be made again.
func TestPutUnderADecisionThatIsOver(t *testing.T) {
	for before := range 2 {
		s, asked := open(t, t.TempDir(), 100), 0
		_, err := s.Put(id(0), hour(0), []byte("a"), func() error {
			if asked++; asked > before {
				return errOver
			}
			return nil
		})
		if waiting, _ := s.Waiting(); !errors.Is(err, errOver) || len(waiting) != 0 || s.Produced(hour(0)) {
			t.Errorf("over when asked %d times before: got %v, %v waiting", before, err, waiting)
		}
		put(t, s, 0, "b")
	}
}

// CONS-2: [Spool.Clear] removes the waiting documents even if another process holds the lock, and
// returns the document that is being uploaded, while its sender lives. The sender finds it gone and
// does not record it. Without the lock, which the sender may hold, that document stays.
func TestClearDuringAnUpload(t *testing.T) {
	for _, held := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, t.TempDir(), 100)
			put(t, s, 0, "a")
			put(t, s, 1, "b")
			end, err := s.Begin(id(1))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Begin(id(0)); !errors.Is(err, durable.ErrHeld) {
				t.Errorf("two at once: got %v want %v", err, durable.ErrHeld)
			}
			gone, marked := []string{id(1), id(0)}, id(1)
			if held {
				gone, marked = []string{id(0)}, ""
				unlock, err := s.lock()
				if err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(time.Minute, unlock)
			}
			removed, sending, err := s.Clear()
			if err != nil || !slices.Equal(removed, gone) || sending != marked {
				t.Errorf("held %v: got %v, sending %q, %v want %v, sending %q", held, removed, sending, err, gone,
					marked)
			}
			time.Sleep(time.Minute)
			if _, _, err := s.Clear(); err != nil { // the end of the denial
				t.Error(err)
			}
			never := func() error { t.Error("it was recorded"); return nil }
			if err := s.Settle(id(1), never); err != nil || end() {
				t.Errorf("held %v: got %v; want it gone", held, err)
			}
			if !s.Produced(hour(0)) || !s.Produced(hour(1)) {
				t.Errorf("held %v: an hour that made a document may make another one", held)
			}
			put(t, s, 2, "c")
			if removed, sending, err := s.Clear(); err != nil || len(removed) != 1 || sending != "" {
				t.Errorf("after the upload: got %v, sending %q, %v want none sending", removed, sending, err)
			}
		})
	}
}

// [Spool.Settle] records an accepted document before it removes it; if it cannot be recorded, it
// waits.
func TestSettle(t *testing.T) {
	s := open(t, t.TempDir(), 100)
	put(t, s, 0, "a")
	end, err := s.Begin(id(0))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(id(0), func() error { return errOver }); !errors.Is(err, errOver) || !s.waits(id(0)) {
		t.Errorf("not recorded: got %v want %v and the document", err, errOver)
	}
	if err := s.Settle(id(0), func() error { return nil }); err != nil || end() || !s.Produced(hour(0)) {
		t.Errorf("recorded: got %v", err)
	}
	if err := s.Settle(id(0), func() error { t.Error("gone: it was recorded once more"); return nil }); err != nil {
		t.Errorf("gone: got %v", err)
	}
}

// T9: a document is recorded once, even if a hurried [Spool.Clear] runs just while its sender
// records that it was accepted.
func TestClearWhileAcceptedIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir, 100)
		hurried, err := Open(durable.Within(durable.OS{}, 150*time.Millisecond), dir, 100)
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, 0, "a")
		put(t, s, 1, "b")
		end, err := s.Begin(id(0))
		if err != nil {
			t.Fatal(err)
		}
		defer end()
		recorded := 0
		err = s.Settle(id(0), func() error {
			recorded++
			removed, sending, err := hurried.Clear()
			if !slices.Equal(removed, []string{id(1)}) || sending != "" {
				t.Errorf("cleared %v, sending %q want %s alone", removed, sending, id(1))
			}
			return err
		})
		if waiting, _ := s.Waiting(); err != nil || recorded != 1 || len(waiting) != 0 || !s.Produced(hour(0)) {
			t.Errorf("got %v, recorded %d times, %d waiting want it gone", err, recorded, len(waiting))
		}
	})
}

// [Spool.Clear] inspects the mark of the running upload without making [Spool.Begin] fail.
func TestBeginDuringClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir(), 100)
		put(t, s, 0, "a")
		unlock, err := s.lock()
		if err != nil {
			t.Fatal(err)
		}
		look, _, err := durable.TryLock(durable.OS{}, s.sendingPath(), "")
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(10*time.Millisecond, func() { look(); unlock() })
		if end, err := s.Begin(id(0)); err != nil || !end() {
			t.Errorf("got %v want it begun", err)
		}
	})
}
