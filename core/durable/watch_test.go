package durable

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// CONS-2: [Watch] reports every change of a named file, and no other change.
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
		{"writable by others", func() error { return os.Chmod(path, 0o666) }, true},
		{"locked", func() error { unlock, err := Lock(OS{}, path); unlock(); return err }, false},
		{"moved away", func() error { return os.Rename(path, path+".away") }, true},
		{"the folder is moved", func() error { return os.Rename(folder, folder+".away") }, true},
	} {
		if err := step.happy(); err != nil {
			t.Fatal(err)
		}
		wait := 50 * time.Millisecond // none expected, not even late
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

// withoutEvents is a disk whose changes the kernel does not report.
type withoutEvents struct{ Disk }

// If the kernel reports no changes, or the folder is missing, [Watch] asks for a look twice a
// second.
func TestWatchWithoutEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, disk := range []Disk{withoutEvents{OS{}}, OS{}} {
			changes, stop := Watch(disk, "/not/there", "decision")
			for range 3 {
				if from := time.Now(); !seen(changes, time.Minute) || time.Since(from) > pollInterval {
					t.Errorf("%T: told after %v want %v", disk, time.Since(from), pollInterval)
				}
			}
			stop()
		}
	})
}
