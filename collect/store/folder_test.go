package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

func openFolderAt(t *testing.T, disk durable.Disk, path string, keepFree int64) *Folder {
	t.Helper()
	f, err := OpenFolder(disk, path, keepFree)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Files have the mode 0640 and folders 0750, whatever the umask.
func TestModes(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	root := filepath.Join(t.TempDir(), "store")
	create(t, openFolderAt(t, durable.OS{}, root, 0), "a/b/c", nil)
	for path, want := range map[string]fs.FileMode{
		"": folderMode, "a": folderMode, "a/b": folderMode, "a/b/c": fileMode,
	} {
		info, err := os.Lstat(filepath.Join(root, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: got %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

// Only plain files within the folder are read, changed or removed, no link is followed, and errors say
// so.
func TestForeignThings(t *testing.T) {
	top := t.TempDir()
	root, outside := filepath.Join(top, "store"), filepath.Join(top, "outside")
	f := openFolderAt(t, durable.OS{}, root, 0)
	create(t, f, "good/a", []byte("a"))
	at := func(name string) string { return filepath.Join(root, name) }
	if err := errors.Join(os.Mkdir(outside, 0o750),
		os.WriteFile(filepath.Join(outside, "x"), []byte("precious"), 0o640),
		os.Symlink(filepath.Join(outside, "x"), at("link")), os.Symlink(outside, at("folderlink")),
		os.Symlink("none", at("dangling")), os.Mkdir(at("folder"), 0o750), syscall.Mkfifo(at("pipe"), 0o640),
		os.WriteFile(at("file"), nil, 0o640),
		os.WriteFile(at(".hidden"), nil, 0o640), os.Mkdir(at("lost+found"), 0)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"link", "folderlink", "folderlink/x", "folderlink/new/y", "dangling", "folder", "pipe", "pipe/x", "file/x",
	} {
		_, read := f.Read(t.Context(), name)
		for what, err := range map[string]error{"create": f.Create(t.Context(), name, []byte("precious")), "read": read,
			"remove": f.Remove(t.Context(), name)} {
			if !errors.Is(err, errNotFile) && !errors.Is(err, errNotFolder) {
				t.Errorf("%s %s: got %v", what, name, err)
			}
		}
	}
	if content, err := os.ReadFile(filepath.Join(outside, "x")); string(content) != "precious" {
		t.Errorf("the file outside has become %q: %v", content, err)
	}
	var told, found []string
	for o, err := range f.List(t.Context(), "", "") {
		if err != nil {
			told = append(told, o.Name)
			continue
		}
		found = append(found, o.Name)
	}
	if diff := cmp.Diff([]string{"dangling", "folderlink", "link", "pipe"}, told); diff != "" {
		t.Errorf("errors of the list (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"file", "good/a"}, found); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

// limited is a disk with as much space as a test says. It can be read-only, or lack hard links.
type limited struct {
	durable.OS
	bytes, files *int64
	asked        *int
}

func (d limited) Free(string) (int64, bool)      { *d.asked++; return *d.bytes, true }
func (d limited) FreeFiles(string) (int64, bool) { return *d.files, true }

// COLL-1: the store refuses before the disk is full, asks at most once a second, and counts what
// creators are about to write.
func TestFull(t *testing.T) {
	root := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		bytes, files, asked := int64(10<<20), int64(1<<20), 0
		f := openFolderAt(t, limited{bytes: &bytes, files: &files, asked: &asked}, root, 1<<20)
		one := make([]byte, 1<<20)
		var creators sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			creators.Go(func() { errs[i] = f.Create(t.Context(), fmt.Sprint("full/", i), one) })
		}
		creators.Wait()
		refused := 0
		for _, err := range errs {
			if errors.Is(err, ErrFull) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 8 || asked != 1 { // 9 MiB are left for objects of 1 MiB and their names
			t.Errorf("got %d of 16 refused after asking %d times, want 8 after 1", refused, asked)
		}
		if got := names(t, filepath.Join(root, "full")); len(got) != 16-refused {
			t.Errorf("got %d files of %d objects", len(got), 16-refused)
		}
		time.Sleep(askEvery)
		create(t, f, "full/later", one) // the disk says that there is space again
		time.Sleep(askEvery)
		files = keepFiles
		for _, err := range []error{f.Create(t.Context(), "full/x", nil), f.Check(t.Context())} {
			if !errors.Is(err, ErrFull) {
				t.Errorf("without free inodes: got %v, want %v", err, ErrFull)
			}
		}
	})
}

func names(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// failing is a disk on which an operation fails.
type failing struct {
	durable.OS
	operation string
	err       error
}

func (d failing) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if d.operation == "open" && flags&os.O_CREATE != 0 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: d.err}
	}
	f, err := d.OS.Open(path, flags, mode)
	if err != nil || flags&os.O_CREATE == 0 {
		return f, err
	}
	return failingFile{f, d}, nil
}

func (d failing) Link(from, to string) error {
	if d.operation == "link" {
		return &os.LinkError{Op: "link", Old: from, New: to, Err: d.err}
	}
	return d.OS.Link(from, to)
}

type failingFile struct {
	durable.File
	disk failing
}

func (f failingFile) Write(b []byte) (int, error) {
	if f.disk.operation == "write" {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, &fs.PathError{Op: "write", Err: f.disk.err}
	}
	return f.File.Write(b)
}

func (f failingFile) Sync() error {
	if f.disk.operation == "sync" {
		return &fs.PathError{Op: "sync", Err: f.disk.err}
	}
	return f.File.Sync()
}

// COLL-4: a failure of the disk leaves neither an object nor a temporary file, and the error of Check has
// a hint.
func TestDiskFails(t *testing.T) {
	for _, tt := range []struct {
		operation string
		err       error
		full      bool
		hint      string
	}{
		{"open", syscall.EROFS, false, "is read-only"},
		{"open", syscall.EACCES, false, "must belong to the user"},
		{"open", syscall.ENOSPC, true, "free space"},
		{"write", syscall.ENOSPC, true, "free space"},
		{"write", syscall.EDQUOT, true, "free space"},
		{"sync", syscall.EIO, false, "the system's log"},
		{"link", syscall.EPERM, false, "must have hard links"},
		{"link", syscall.ENOSPC, true, "free space"},
	} {
		t.Run(fmt.Sprintf("%s %v", tt.operation, tt.err), func(t *testing.T) {
			root := t.TempDir()
			openFolderAt(t, durable.OS{}, root, 0)
			f := openFolderAt(t, failing{operation: tt.operation, err: tt.err}, root, 0)
			err := f.Create(t.Context(), "a", []byte("content"))
			if !errors.Is(err, tt.err) || errors.Is(err, ErrFull) != tt.full {
				t.Errorf("create: got %v", err)
			}
			err = f.Check(t.Context())
			if !errors.Is(err, tt.err) && !tt.full && tt.operation != "write" ||
				strings.Contains(fmt.Sprint(err), "\n") {
				t.Errorf("check: got %v", err)
			}
			if err != nil && !strings.Contains(usage.HintOf(err), tt.hint) {
				t.Errorf("got hint %q, want %q", usage.HintOf(err), tt.hint)
			}
			for _, name := range append(names(t, root), names(t, filepath.Join(root, hidden))...) {
				if name != hidden {
					t.Errorf("left: %s", name)
				}
			}
		})
	}
}

func TestWrongFolders(t *testing.T) {
	top := t.TempDir()
	file, readOnly := filepath.Join(top, "file"), filepath.Join(top, "read-only")
	if err := errors.Join(os.WriteFile(file, nil, 0o640), os.Mkdir(readOnly, 0o750)); err != nil {
		t.Fatal(err)
	}
	for path, hint := range map[string]string{
		filepath.Join(top, "not mounted", "store"): "mount the disk", file: "is not a folder"} {
		if _, err := OpenFolder(durable.OS{}, path, 0); err == nil || !strings.Contains(usage.HintOf(err), hint) {
			t.Errorf("%s: got %v (hint %q), want hint %q", path, err, usage.HintOf(err), hint)
		}
	}
	f := openFolderAt(t, durable.ReadOnly(durable.OS{}), readOnly, 0) // to read it
	err := f.Check(t.Context())
	if !errors.Is(err, syscall.EROFS) || !strings.Contains(usage.HintOf(err), "read-only") {
		t.Errorf("check: got %v (hint %q)", err, usage.HintOf(err))
	}
	os.Remove(readOnly)
	if err := f.Check(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: got %v", err)
	}
}

// Temporary files of killed processes do not pile up; those of running processes stay.
func TestStaleTemporaryFiles(t *testing.T) {
	root := t.TempDir()
	f := openFolderAt(t, durable.OS{}, root, 0)
	running, err := f.writeTemporary([]byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(root, hidden)
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "OLD"), nil, 0o640),
		os.WriteFile(filepath.Join(folder, "NEW"), nil, 0o640), os.Mkdir(filepath.Join(folder, "FOLDER"), 0o750),
		os.Symlink("/", filepath.Join(folder, "LINK"))); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * stale)
	for _, path := range []string{filepath.Join(folder, "OLD"), running.path} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	create(t, openFolderAt(t, durable.OS{}, root, 0), "a", nil)
	want := []string{filepath.Base(running.path), "FOLDER", "LINK", "NEW"}
	slices.Sort(want)
	if diff := cmp.Diff(want, names(t, folder)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	running.remove()
}

// Removing the last object of a folder removes the folder, and a creator in it at the same time loses
// nothing.
func TestRemoveWhileCreating(t *testing.T) {
	root := t.TempDir()
	creator, remover := openFolderAt(t, durable.OS{}, root, 0), openFolderAt(t, durable.OS{}, root, 0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 60 {
			create(t, creator, fmt.Sprintf("a/b/%d", i), []byte("x"))
		}
	}()
	for finished := false; ; {
		objects := list(t, remover, "", "")
		for _, name := range objects {
			if err := remover.Remove(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
		if finished && len(objects) == 0 {
			break
		}
		select {
		case <-done:
			finished = true
		default:
		}
	}
	if diff := cmp.Diff([]string{hidden}, names(t, root)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// Many folders at once keep no more than maxPlaces open.
func TestManyFolders(t *testing.T) {
	f := openFolderAt(t, durable.OS{}, t.TempDir(), 0)
	for i := range 3 * maxPlaces {
		create(t, f, fmt.Sprintf("a/%d/b", i), nil)
	}
	if len(f.places) > maxPlaces {
		t.Errorf("got %d folders open, want at most %d", len(f.places), maxPlaces)
	}
}
