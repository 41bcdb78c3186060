package spool

import (
	"os"
	"path/filepath"
	"testing"
)

// SEND-1: an hour that made a document never makes a second one, whatever became of the first.
func TestProducedLasts(t *testing.T) {
	for name, end := range map[string]func(*Spool) error{
		"waits":    func(*Spool) error { return nil },
		"removed":  func(s *Spool) error { return s.Remove(id(0)) },
		"rejected": func(s *Spool) error { return s.Reject(id(0)) },
		"cleared":  func(s *Spool) error { _, err := s.Clear(); return err },
		"dropped":  func(s *Spool) error { _, err := s.Put(id(1), hour(1), make([]byte, 1000)); return err },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, 1000)
			if s.Produced(hour(0)) {
				t.Error("before: got produced")
			}
			put(t, s, 0, "a document")
			if err := end(s); err != nil {
				t.Fatal(err)
			}
			if s = open(t, dir, 1000); !s.Produced(hour(0)) || !s.Produced(hour(0).UTC()) {
				t.Error("afterwards and after a restart: got not produced")
			}
			if s.Produced(hour(2)) {
				t.Error("another hour: got produced")
			}
		})
	}
}

// SEND-1: a crash between the document and the list of hours: the document's presence counts,
// and it does not go before its hour is on the list.
func TestCrashBeforeTheList(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	if err := os.WriteFile(s.path(id(0)), encode(id(0), hour(0), []byte("a document")), 0o640); err != nil {
		t.Fatal(err)
	}
	if !s.Produced(hour(0)) {
		t.Error("while it waits: got not produced")
	}
	if err := s.Remove(id(0)); err != nil {
		t.Fatal(err)
	}
	if !s.Produced(hour(0)) {
		t.Error("after it was removed: got not produced")
	}
}

// SEND-1: a long backlog that goes at last, newest first, does not push the recent hours off
// the list, and the list stays bounded.
func TestBacklogLeavesRecentHours(t *testing.T) {
	const backlog = remembered + remembered/4
	s := open(t, t.TempDir(), 100_000)
	for n := range backlog {
		if _, err := s.Put(longID(n), hour(n), nil); err != nil {
			t.Fatal(err)
		}
	}
	for n := backlog - 1; n >= 0; n-- {
		if err := s.Remove(longID(n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(longID(backlog), hour(backlog), nil); err != nil {
		t.Fatal(err)
	}
	for n := backlog - remembered + 1; n <= backlog; n++ {
		if !s.Produced(hour(n)) {
			t.Fatalf("hour %d of %d: got not produced", n, backlog)
		}
	}
	if got := len(s.list()); got > remembered+1 {
		t.Errorf("hours on the list: got %d, want at most %d", got, remembered+1)
	}
}

func longID(n int) string { return "x-" + hour(n).UTC().Format("20060102T15Z") }

// SEND-1: a damaged list costs the hour that is asked about first, whatever happens before,
// and no other.
func TestDamagedList(t *testing.T) {
	for name, damaged := range map[string]string{"empty": "", "edited": "2026-03-01T12:00:00Z\n"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, 1000)
			put(t, s, 0, "a document")
			if err := os.WriteFile(filepath.Join(dir, "produced"), []byte(damaged), 0o640); err != nil {
				t.Fatal(err)
			}
			if err := s.Remove(id(0)); err != nil {
				t.Fatal(err)
			}
			for n, want := range []bool{true, true, false, false} {
				if got := s.Produced(hour(n)); got != want {
					t.Errorf("hour %d: got produced %v, want %v", n, got, want)
				}
			}
			if !s.Produced(hour(1)) {
				t.Error("the hour that was the price, again: got not produced")
			}
		})
	}
}

// SEND-1: the price of a damaged list is not forgotten for many other hours.
func TestDamagedListIsRemembered(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	if err := os.WriteFile(filepath.Join(dir, "produced"), nil, 0o640); err != nil {
		t.Fatal(err)
	}
	for n := range 2 * remembered {
		if err := s.remember(hour(n)); err != nil {
			t.Fatal(err)
		}
	}
	if !s.Produced(hour(1000)) || s.Produced(hour(1001)) {
		t.Error("want the first hour that is asked about produced, and the second one not")
	}
}
