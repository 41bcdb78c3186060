package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/durable"
)

// SEND-1: an hour that made a document never makes a second one, whatever happened to the first:
// [Spool.Produced] stays true.
func TestProducedLasts(t *testing.T) {
	for name, end := range map[string]func(*Spool) error{
		"waits":    func(*Spool) error { return nil },
		"removed":  func(s *Spool) error { return s.Remove(id(0)) },
		"rejected": func(s *Spool) error { return s.Reject(id(0)) },
		"cleared":  func(s *Spool) error { _, _, err := s.Clear(); return err },
		"dropped":  func(s *Spool) error { _, err := s.Put(id(1), hour(1), make([]byte, 1000), allowed); return err },
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

// SEND-1: after a crash between the document and the list of hours, the document itself counts, and
// it is not removed before its hour is on the list.
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

// diskWithoutList is a disk on which the list of produced hours cannot be written.
type diskWithoutList struct{ durable.OS }

func (d diskWithoutList) Rename(from, to string) error {
	if filepath.Base(to) == "produced" {
		return syscall.ENOSPC
	}
	return d.OS.Rename(from, to)
}

// SEND-1: no document leaves, in any way, before its hour is on the list: after a crash in between,
// the hour would be made again.
func TestHourIsListedBeforeItsDocumentIsRemoved(t *testing.T) {
	for name, leave := range map[string]func(*Spool) error{
		"removed":  func(s *Spool) error { return s.Remove(id(0)) },
		"settled":  func(s *Spool) error { return s.Settle(id(0), func() error { return nil }) },
		"rejected": func(s *Spool) error { return s.Reject(id(0)) },
		"expired":  func(s *Spool) error { _, err := s.Expire(hour(1)); return err },
		"cleared":  func(s *Spool) error { _, _, err := s.Clear(); return err },
	} {
		s, err := Open(diskWithoutList{}, t.TempDir(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.path(id(0)), encode(id(0), hour(0), []byte("a document")), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := leave(s); err == nil {
			t.Errorf("%s: got no error", name)
		}
		if waiting, err := s.Waiting(); err != nil || len(waiting) != 1 {
			t.Errorf("%s: got %d documents, %v, want it to wait still", name, len(waiting), err)
		}
	}
}

// SEND-1: if a document's hour cannot be put on the list, [Spool.Put] returns an error, and the
// document still waits.
func TestPutReportsAnUnlistedHour(t *testing.T) {
	s, err := Open(diskWithoutList{}, t.TempDir(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(id(0), hour(0), []byte("a document"), allowed); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want %v", err, syscall.ENOSPC)
	}
	if got := ids(t, s); len(got) != 1 || !s.Produced(hour(0)) {
		t.Errorf("got %v waiting, produced: %v, want it to wait", got, s.Produced(hour(0)))
	}
}

// SEND-1: a long backlog that is removed newest first does not displace the hours of the last week
// from the list, and the list stays bounded.
func TestBacklogLeavesRecentHours(t *testing.T) {
	const (
		week    = 7 * 24
		backlog = week + week/4
	)
	s := open(t, t.TempDir(), 100_000)
	for n := range backlog {
		if _, err := s.Put(longID(n), hour(n), nil, allowed); err != nil {
			t.Fatal(err)
		}
	}
	for n := backlog - 1; n >= 0; n-- {
		if err := s.Remove(longID(n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(longID(backlog), hour(backlog), nil, allowed); err != nil {
		t.Fatal(err)
	}
	for n := backlog - week + 1; n <= backlog; n++ {
		if !s.Produced(hour(n)) {
			t.Fatalf("hour %d of %d: got not produced", n, backlog)
		}
	}
	if got := len(s.list()); got > week+1 {
		t.Errorf("hours on the list: got %d, want at most %d", got, week+1)
	}
}

func longID(n int) string { return "x-" + hour(n).UTC().Format("20060102T15Z") }

// SEND-1, T11: with a damaged list, every hour counts as produced until [Spool.Mend], whatever
// happens before; then only the newest hour is lost.
func TestDamagedList(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":  func(path string) error { return os.Truncate(path, 0) },
		"edited": func(path string) error { return os.WriteFile(path, []byte("2026-03-01T12:00:00Z\n"), 0o640) },
		"zeros":  func(path string) error { return os.WriteFile(path, make([]byte, 200), 0o640) },
		"huge":   func(path string) error { return os.Truncate(path, 1<<40) },
		"folder": func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o750)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, 1000)
			put(t, s, 0, "a document")
			if err := damage(filepath.Join(dir, "produced")); err != nil {
				t.Fatal(err)
			}
			if err := s.Remove(id(0)); err != nil {
				t.Fatal(err)
			}
			for n := range 2 * remembered {
				if err := s.remember(hour(100 + n)); err != nil {
					t.Fatal(err)
				}
			}
			for n := range 3 {
				if !s.Produced(hour(n)) {
					t.Errorf("hour %d: got not produced", n)
				}
			}
			if mended, err := s.Mend(hour(1)); err != nil || !mended {
				t.Errorf("mend: got %v, %v", mended, err)
			}
			for n, want := range []bool{false, true, false} { // so many others have displaced hour 0
				if got := s.Produced(hour(n)); got != want {
					t.Errorf("hour %d, mended: got produced %v, want %v", n, got, want)
				}
			}
			if mended, err := s.Mend(hour(2)); err != nil || mended {
				t.Errorf("mend again: got %v, %v", mended, err)
			}
		})
	}
}

// T11: whatever has the name of the spool or of a folder in it, documents are kept and set aside,
// and a foreign folder there does not prevent a denial.
func TestFoldersOfTheSpoolAreMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	if err := os.WriteFile(dir, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, 1000)
	if mended, err := s.Mend(hour(2)); err != nil || !mended {
		t.Errorf("mend: got %v, %v", mended, err)
	}
	put(t, s, 0, "a document")
	put(t, s, 1, "another")
	err := errors.Join(os.WriteFile(filepath.Join(dir, rejectedFolder), nil, 0o600), s.Reject(id(0)),
		os.MkdirAll(filepath.Join(dir, rejectedFolder, "somebody's", "folder"), 0o700),
		os.Remove(s.path(id(1))), os.MkdirAll(filepath.Join(s.path(id(1)), "x"), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	removed, _, err := s.Clear()
	if err != nil || len(removed) != 1 || len(ids(t, s)) != 0 {
		t.Errorf("got %v removed, %v want one and nothing left", removed, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, rejectedFolder, id(0)+suffix)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("rejected: got %v want it gone", err)
	}
}

// SEND-1: if a document is put again, [Spool.Put] adds its hour to the list, so that it stays
// produced even if its file is lost.
func TestPutAgainListsTheHour(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	put(t, s, 0, "a document")
	if err := os.Remove(s.listPath()); err != nil {
		t.Fatal(err)
	}
	put(t, s, 0, "a document")
	if err := os.Remove(s.path(id(0))); err != nil {
		t.Fatal(err)
	}
	if !s.Produced(hour(0)) {
		t.Error("after its file was lost: got not produced")
	}
}

// unlisted is a disk whose folders cannot be listed.
type unlisted struct{ durable.OS }

func (unlisted) ReadDir(string) ([]fs.DirEntry, error) { return nil, syscall.EIO }

// SEND-1: if the folder cannot be read, every hour counts as produced.
func TestUnreadableFolderMeansProduced(t *testing.T) {
	s, err := Open(unlisted{}, t.TempDir(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Produced(hour(0)) {
		t.Error("got not produced")
	}
}
