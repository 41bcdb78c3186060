package consent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/durable"
)

// counted is a disk with files of its own times, that counts the reads.
type counted struct {
	durable.OS
	reads   *atomic.Int32
	changed *time.Time // ctime of each file
}

func (c counted) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := c.OS.Open(path, flags, mode)
	if err != nil {
		return nil, err
	}
	return countedFile{f, c}, nil
}

type countedFile struct {
	durable.File
	disk counted
}

func (f countedFile) Read(b []byte) (int, error) {
	f.disk.reads.Add(1)
	return f.File.Read(b)
}

func (f countedFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	if err != nil {
		return nil, err
	}
	stat := *info.Sys().(*syscall.Stat_t)
	stat.Ctim = syscall.NsecToTimespec(f.disk.changed.UnixNano())
	return countedInfo{info, &stat}, nil
}

type countedInfo struct {
	fs.FileInfo
	stat *syscall.Stat_t
}

func (i countedInfo) Sys() any { return i.stat }

// CONS-2: an unchanged yes is read once in half a second. A change is found at the next check: in
// place, by another file, of the mode, or by removal, and one that comes within the resolution of
// ctime after the change before. If a clock that was set back hides a change, it is found within half
// a second.
func TestAnUnchangedYesIsReadOnce(t *testing.T) {
	denied := fmt.Appendf(nil, "%-*s", len(text), `{"choice": "denied", "time": "2026-03-01T12:00:00Z", "actor": "x"}`)
	inPlace := func(path string) error { return os.WriteFile(path, denied, 0o640) }
	replace := func(path string) error { return errors.Join(inPlace(path+"2"), os.Rename(path+"2", path)) }
	for name, tt := range map[string]struct {
		change func(path string) error
		hidden bool // it leaves the ctime as it was
		young  bool // the yes was written a moment ago
	}{
		"in place":         {change: inPlace},
		"another file":     {change: replace},
		"a hidden file":    {change: replace, hidden: true},
		"shorter":          {change: func(path string) error { return os.Truncate(path, 0) }, hidden: true},
		"writable":         {change: func(path string) error { return os.Chmod(path, 0o666) }, hidden: true},
		"removed":          {change: os.Remove, hidden: true},
		"just after a yes": {change: inPlace, hidden: true, young: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(noon.Add(time.Hour)))
			changed := time.Now().Add(-settled)
			if tt.young {
				changed = time.Now().Add(-time.Millisecond)
			}
			disk := counted{reads: new(atomic.Int32), changed: &changed}
			path := filepath.Join(t.TempDir(), "consent.json")
			store := Open(disk, path, path+".history", "")
			if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
				t.Fatal(err)
			}
			if err := store.Check(); err != nil {
				t.Fatal(err)
			}
			once := disk.reads.Load()
			if err := store.Check(); err != nil || (disk.reads.Load() == once) == tt.young {
				t.Errorf("%s: got %v and %d reads after %d", name, err, disk.reads.Load(), once)
			}
			if err := tt.change(path); err != nil {
				t.Fatal(err)
			}
			if !tt.hidden {
				changed = time.Now()
			}
			if err := store.Check(); err == nil {
				t.Errorf("%s: got allowed after the change", name)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon.Add(time.Hour)))
		changed := time.Now().Add(-settled)
		path := filepath.Join(t.TempDir(), "consent.json")
		store := Open(counted{reads: new(atomic.Int32), changed: &changed}, path, path+".history", "")
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o640), store.Check(), inPlace(path)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(remembered)
		if err := store.Check(); err == nil {
			t.Error("the same ctime and size: got allowed after half a second")
		}
	})
}
