package durable

import (
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Disk is the part of the operating system's file functions that we need, with the meaning that
// package os gives to each operation: nothing survives a crash before it was fsynced, a file's
// content by its own Sync, its name by the Sync of its folder.
//
// A package that keeps files is given a Disk when it is opened: [OS], or one that crashes on
// purpose.
type Disk interface {
	Open(path string, flags int, mode fs.FileMode) (File, error)
	Rename(from, to string) error
	// Link gives a file a second name, unless something has that name.
	Link(from, to string) error
	Remove(path string) error
	Mkdir(path string, mode fs.FileMode) error
	Chmod(path string, mode fs.FileMode) error
	Lstat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
}

// File is an open file or folder. Its Stat holds a [*syscall.Stat_t], which identifies the file.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
	Sync() error
	// TryLock acquires an exclusive lock for this opening of the file, until Close or the end of
	// the process. While another opening holds it, TryLock returns [syscall.EWOULDBLOCK], wrapped.
	TryLock() error
}

// OS is the appliance's own disk.
type OS struct{}

// Open calls [os.OpenFile].
func (OS) Open(path string, flags int, mode fs.FileMode) (File, error) {
	f, err := os.OpenFile(path, flags, mode)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// Rename calls [os.Rename].
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Link calls [os.Link].
func (OS) Link(from, to string) error { return os.Link(from, to) }

// Remove calls [os.Remove].
func (OS) Remove(path string) error { return os.Remove(path) }

// Mkdir calls [os.Mkdir].
func (OS) Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }

// Chmod calls [os.Chmod].
func (OS) Chmod(path string, mode fs.FileMode) error { return os.Chmod(path, mode) }

// Lstat calls [os.Lstat].
func (OS) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// ReadDir calls [os.ReadDir].
func (OS) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

type file struct{ *os.File }

func (f file) TryLock() error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return nil
		}
		if err != syscall.EINTR {
			return &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
		}
	}
}
