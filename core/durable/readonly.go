package durable

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// ReadOnly returns disk for a program that only looks: every change of a file or a folder is refused with EROFS, and a
// lock is not acquired, because its file might have to be made. A file that is replaced by WriteFile is whole whenever
// it is read, so that a reader needs no lock.
func ReadOnly(disk Disk) Disk { return readOnly{disk} }

type readOnly struct{ Disk }

// changing are the flags of Open that could change something.
const changing = os.O_WRONLY | os.O_RDWR | os.O_CREATE | os.O_TRUNC | os.O_APPEND

func (r readOnly) Open(path string, flags int, mode fs.FileMode) (File, error) {
	if flags&changing != 0 {
		return nil, refused("open", path)
	}
	return r.Disk.Open(path, flags, mode)
}

func (readOnly) Rename(_, to string) error              { return refused("rename", to) }
func (readOnly) Remove(path string) error               { return refused("remove", path) }
func (readOnly) Mkdir(path string, _ fs.FileMode) error { return refused("mkdir", path) }
func (readOnly) Chmod(path string, _ fs.FileMode) error { return refused("chmod", path) }

func refused(op, path string) error { return &fs.PathError{Op: op, Path: path, Err: syscall.EROFS} }

// ReadOnlyHint says what to do where a change at path fails with EROFS.
func ReadOnlyHint(path string) string {
	return fmt.Sprintf("the file system of %s is read-only: make it writable; `findmnt -T %[1]s` shows it", path)
}
