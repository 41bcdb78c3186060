package durable

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// [TryLock] grants the lock to one process at a time; a second gets the name of the first, whatever
// the file held before.
func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, _, err := TryLock(OS{}, path, "first and long")
	if err != nil {
		t.Fatal(err)
	}
	if _, holder, err := TryLock(OS{}, path, "second"); !errors.Is(err, ErrHeld) || holder != "first and long" {
		t.Errorf("while held: got %q, %v want %v", holder, err, ErrHeld)
	}
	release()
	release, _, err = TryLock(OS{}, path, "third")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got := read(t, path); got != "third\n" {
		t.Errorf("the holder's word: got %q want %q", got, "third\n")
	}
	if _, _, err := TryLock(OS{}, filepath.Join(path, "below a file"), "x"); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("no such folder: got %v want another error than %v", err, ErrHeld)
	}
}

// T8: every wait for a lock ends with [ErrHeld], and the error names the lock; if the lock is
// released in time, it is acquired.
func TestWaitsForALockEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	takes := map[string]func(Disk) error{
		"lock": func(d Disk) error {
			unlock, err := Lock(d, path)
			if err == nil {
				unlock()
			}
			return err
		},
		"write":  func(d Disk) error { return WriteFile(d, path, []byte("x"), 0o600) },
		"append": func(d Disk) error { return Append(d, path, []byte("x"), 0o600) },
	}
	for name, file := range map[string]string{"lock": hiddenPath(path, ".lock"), "write": hiddenPath(path, tempEnding),
		"append": path} {
		synctest.Test(t, func(t *testing.T) {
			for _, wait := range []time.Duration{lockTimeout, 150 * time.Millisecond} {
				release, _, err := TryLock(OS{}, file, "another")
				if err != nil {
					t.Fatal(err)
				}
				from := time.Now()
				err = takes[name](Within(OS{}, wait))
				if took := time.Since(from); !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), file) ||
					took < wait || took > wait+2*lockPoll {
					t.Errorf("%s: got %v after %v want %v after %v", name, err, took, ErrHeld, wait)
				}
				time.AfterFunc(wait/2, release)
				if err := takes[name](Within(OS{}, wait)); err != nil {
					t.Errorf("%s, let go meanwhile: got %v", name, err)
				}
			}
			if lockTimeoutOn(OS{}) != lockTimeout {
				t.Errorf("by default: got %v want %v", lockTimeoutOn(OS{}), lockTimeout)
			}
		})
	}
}
