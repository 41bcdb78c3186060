package durable

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// ReadOnly returns disk for a program that only reads: it refuses every change of a file or a
// folder with [syscall.EROFS], and acquires no lock, because the lock's file might have to be made.
// A file that [WriteFile] replaces is whole at any moment, so a reader needs no lock.
func ReadOnly(disk Disk) Disk { return readOnly{disk} }

type readOnly struct{ Disk }

// changing are the flags of Open that could change a file.
const changing = os.O_WRONLY | os.O_RDWR | os.O_CREATE | os.O_TRUNC | os.O_APPEND

func (r readOnly) Open(path string, flags int, mode fs.FileMode) (File, error) {
	if flags&changing != 0 {
		return nil, refused("open", path)
	}
	return r.Disk.Open(path, flags, mode)
}

func (readOnly) Rename(_, to string) error              { return refused("rename", to) }
func (readOnly) Link(_, to string) error                { return refused("link", to) }
func (readOnly) Remove(path string) error               { return refused("remove", path) }
func (readOnly) Mkdir(path string, _ fs.FileMode) error { return refused("mkdir", path) }
func (readOnly) Chmod(path string, _ fs.FileMode) error { return refused("chmod", path) }

func refused(op, path string) error { return &fs.PathError{Op: op, Path: path, Err: syscall.EROFS} }

// ReadOnlyHint returns what to do if a change at path fails with [syscall.EROFS].
func ReadOnlyHint(path string) string {
	return fmt.Sprintf("the file system of %s is read-only: make it writable; `findmnt -T %[1]s` shows it", path)
}
