package durable

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// CONS-2: whatever happens to a named file is reported, and nothing else.
func TestWatch(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "decision")
	write := func(name string) func() error {
		return func() error { return WriteFile(OS{}, filepath.Join(folder, name), []byte("x"), 0o640) }
	}
	changes, stop := Watch(OS{}, folder, "decision")
	defer stop()
	for _, step := range []struct {
		name  string
		happy func() error
		seen  bool
	}{
		{"another file", write("budget"), false},
		{"made", write("decision"), true},
		{"replaced", write("decision"), true},
		{"emptied", func() error { return os.Truncate(path, 0) }, true},
		{"opened to others", func() error { return os.Chmod(path, 0o666) }, true},
		{"locked", func() error { unlock, err := Lock(OS{}, path); unlock(); return err }, false},
		{"moved away", func() error { return os.Rename(path, path+".away") }, true},
		{"the folder is moved", func() error { return os.Rename(folder, folder+".away") }, true},
	} {
		if err := step.happy(); err != nil {
			t.Fatal(err)
		}
		wait := 50 * time.Millisecond // nothing is wanted: it is not seen late either
		if step.seen {
			wait = 10 * time.Second
		}
		if got := seen(changes, wait); got != step.seen {
			t.Errorf("%s: got seen %v want %v", step.name, got, step.seen)
		}
		for seen(changes, 20*time.Millisecond) && step.name != "the folder is moved" {
		}
	}
}

func seen(changes <-chan struct{}, wait time.Duration) bool {
	select {
	case <-changes:
		return true
	case <-time.After(wait):
		return false
	}
}

// unreported is a disk of which the kernel reports nothing.
type unreported struct{ Disk }

// A disk of which nothing is reported is to be looked at twice a second, and so is a folder that is not there.
func TestWatchWithoutEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, disk := range []Disk{unreported{OS{}}, OS{}} {
			changes, stop := Watch(disk, "/not/there", "decision")
			for range 3 {
				if from := time.Now(); !seen(changes, time.Minute) || time.Since(from) > lookEvery {
					t.Errorf("%T: told after %v want %v", disk, time.Since(from), lookEvery)
				}
			}
			stop()
		}
	})
}
