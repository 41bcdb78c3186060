package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// obstacles create the things that can occupy a file's name.
var obstacles = map[string]func(path string) error{
	"empty folder": func(path string) error { return os.Mkdir(path, 0o700) },
	"full folder":  func(path string) error { return os.MkdirAll(filepath.Join(path, "inside"), 0o700) },
	"link":         func(path string) error { return os.Symlink("/proc/version", path) },
	"broken link":  func(path string) error { return os.Symlink("nowhere", path) },
	"pipe":         func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"socket":       func(path string) error { return syscall.Mknod(path, syscall.S_IFSOCK|0o600, 0) },
}

// T11: an obstacle under the name of one of our files does not stop [WriteFile], [Append],
// [Rotate], [Lock] or [TryLock]; a folder that is not empty is kept.
func TestObstaclesAreDisplaced(t *testing.T) {
	for what, put := range obstacles {
		for how, use := range map[string]func(path string) error{
			"write": func(path string) error {
				return errors.Join(put(path), WriteFile(OS{}, path, []byte("x"), 0o600))
			},
			"append": func(path string) error { return errors.Join(put(path), Append(OS{}, path, []byte("x"), 0o600)) },
			"temporary file": func(path string) error {
				return errors.Join(put(hiddenPath(path, ".tmp")), WriteFile(OS{}, path, nil, 0o600))
			},
			"lock file": func(path string) error {
				err := put(hiddenPath(path, ".lock"))
				unlock, locked := Lock(OS{}, path)
				if locked == nil {
					unlock()
				}
				return errors.Join(err, locked)
			},
			"process's lock": func(path string) error {
				err := put(path)
				release, _, locked := TryLock(OS{}, path, "1")
				if locked == nil {
					release()
				}
				return errors.Join(err, locked)
			},
			"predecessor": func(path string) error {
				err := errors.Join(os.WriteFile(path, []byte("xx"), 0o600), put(Predecessor(path, 1)))
				return errors.Join(err, Rotate(OS{}, path, 1, 2, 1))
			},
		} {
			t.Run(what+", "+how, func(t *testing.T) {
				if err := use(filepath.Join(t.TempDir(), "file")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestDisplacedFilesAreKept(t *testing.T) {
	path, put := filepath.Join(t.TempDir(), "file"), obstacles["full folder"]
	for range maxDisplaced {
		if err := errors.Join(put(path), WriteFile(OS{}, path, nil, 0o600), os.Remove(path)); err != nil {
			t.Fatal(err)
		}
	}
	for _, kept := range []string{".damaged", ".damaged2", ".damaged9"} {
		if _, err := os.Lstat(filepath.Join(path+kept, "inside")); err != nil {
			t.Error(err)
		}
	}
	if err := put(path); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(OS{}, path, nil, 0o600); err == nil {
		t.Error("the tenth: got no error")
	}
}

// T11: [Displace] keeps a file too. It removes an obstacle without content.
func TestFilesAreDisplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), Displace(OS{}, path)); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path + ".damaged"); string(text) != "x" {
		t.Errorf("a file: got %q, %v, want it kept", text, err)
	}
	if err := errors.Join(os.Symlink("nowhere", path), Displace(OS{}, path)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path + ".damaged2"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link: got %v, want it removed", err)
	}
}

// locked is a disk on which a file's mode 0 restricts root too.
type locked struct{ OS }

func (d locked) Open(path string, flags int, mode fs.FileMode) (File, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Perm()&0o600 != 0o600 {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
	}
	return d.OS.Open(path, flags, mode)
}

// T11: a file of mode 0 is still read, appended to and locked.
func TestModeIsRepaired(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(WriteSealed(OS{}, path, []byte("x"), 0o640), os.Chmod(path, 0)); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadSealed(locked{}, path, 10); err != nil || string(got) != "x" {
		t.Errorf("read: got %q, %v", got, err)
	}
	if err := errors.Join(os.Chmod(path, 0), Append(locked{}, path, []byte("y"), 0o640)); err != nil {
		t.Errorf("append: got %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(Seal([]byte("x")))+"\ny\n" {
		t.Errorf("got %q, %v", got, err)
	}
	lock := hiddenPath(path, ".lock")
	if err := errors.Join(os.WriteFile(lock, nil, 0), os.Chmod(lock, 0)); err != nil {
		t.Fatal(err)
	}
	if unlock, err := Lock(locked{}, path); err != nil {
		t.Errorf("lock: got %v", err)
	} else {
		unlock()
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if err := errors.Join(os.Mkdir(folder, 0), MakeOwnFolder(locked{}, folder, 0o750)); err != nil {
		t.Errorf("folder: got %v", err)
	}
}

// T11: [MakeOwnFolder] makes the folder whatever has its name, and keeps a file in its way.
func TestMakeOwnFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeOwnFolder(OS{}, path, 0o750); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path+".damaged"); got != "x" {
		t.Errorf("got %q", got)
	}
	for what, put := range obstacles {
		path := filepath.Join(t.TempDir(), "folder")
		if err := errors.Join(put(path), MakeOwnFolder(OS{}, path, 0o750)); err != nil {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
