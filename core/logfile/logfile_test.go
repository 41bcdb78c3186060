package logfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

func logIn(t *testing.T, size int64, keep int) *File {
	return &File{Disk: durable.OS{}, Path: filepath.Join(t.TempDir(), "usagedata.log"), Size: size, Keep: keep}
}

func say(t *testing.T, f *File, line string) {
	t.Helper()
	if n, err := f.Write([]byte(line + "\n")); n != len(line)+1 || err != nil {
		t.Errorf("write %q: got %d, %v", line, n, err)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// VIEW-1, SEND-5: the log of a [File] exists, only the service's group can read it, and the total
// size of its files is limited.
func TestRotation(t *testing.T) {
	f := logIn(t, 100, 2)
	for i := range 100 {
		say(t, f, fmt.Sprintf("line %02d of the log", i))
	}
	if got := text(t, f.Path); !strings.HasSuffix(got, "line 99 of the log\n") {
		t.Errorf("got %q want the newest line at the end", got)
	}
	var sum int
	for _, path := range f.Files() {
		sum += len(text(t, path))
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
			t.Errorf("%s: mode %v, %v want 0640", filepath.Base(path), info.Mode(), err)
		}
	}
	if sum > 300 || len(f.Files()) != 3 {
		t.Errorf("got %d bytes in %d files want at most 300 in 3", sum, len(f.Files()))
	}
	if _, err := os.Stat(f.Path + ".3"); err == nil {
		t.Error("one predecessor too many is there")
	}
}

// If several writers run at once, each with its own open file as processes have, no line is lost or
// torn, whichever rotates. They wait longer than the service does, in case the machine is busy.
func TestConcurrentWriters(t *testing.T) {
	const writers, lines = 8, 50
	one := logIn(t, 200, 99) // small, so that it rotates often
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			f := &File{Disk: durable.OS{}, Path: one.Path, Size: one.Size, Keep: one.Keep, waiting: time.Minute}
			for i := range lines {
				say(t, f, fmt.Sprintf("writer %d says line %02d", w, i))
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, path := range one.Files() {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		for line := range strings.Lines(text(t, path)) {
			seen[line]++
		}
	}
	for w := range writers {
		for i := range lines {
			if line := fmt.Sprintf("writer %d says line %02d\n", w, i); seen[line] != 1 {
				t.Errorf("%q: got it %d times want once", line, seen[line])
			}
		}
	}
	if len(seen) != writers*lines {
		t.Errorf("got %d different lines want %d", len(seen), writers*lines)
	}
}

// full is a disk without space while *yes is true.
type full struct {
	durable.OS
	yes *bool
}

func (d full) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if *d.yes && flags&os.O_CREATE != 0 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
	}
	return d.OS.Open(path, flags, mode)
}

// SEND-5: a full disk loses only log lines, and the next line says how many.
func TestFullDisk(t *testing.T) {
	for form, want := range map[string]string{"text": "[WARN]  lines of this log could not be written: lines=2\n",
		`{"@message":"text"}`: `"lines":2}` + "\n"} {
		f := logIn(t, 1000, 1)
		yes := false
		f.Disk = full{yes: &yes}
		say(t, f, form)
		yes = true
		say(t, f, form)
		say(t, f, form)
		yes = false
		say(t, f, form)
		if got := text(t, f.Path); strings.Count(got, form) != 2 || !strings.Contains(got, want) {
			t.Errorf("got %q want two lines and %q", got, want)
		}
	}
}

// The log follows no symbolic link into another file, and the length of a line is limited.
func TestLinksAndLongLines(t *testing.T) {
	f := logIn(t, 1<<20, 1)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, f.Path); err != nil {
		t.Fatal(err)
	}
	say(t, f, "a line")
	if got := text(t, elsewhere); got != "" {
		t.Errorf("through a link: got %q", got)
	}
	if err := os.Remove(f.Path); err != nil {
		t.Fatal(err)
	}
	say(t, f, strings.Repeat("x", 3*maxLine))
	if got := len(text(t, f.Path)); got > maxLine+200 {
		t.Errorf("got %d bytes want at most %d and what was lost before", got, maxLine)
	}
}
