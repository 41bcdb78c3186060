package durable

import (
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Disk is what is needed of the operating system's files, with the meaning that package os gives to each operation:
// nothing lasts before it was synchronized, a file's content by its own Sync, its name by that of the folder in which
// it stands.
//
// Whoever keeps files is given one where it is opened: OS, or one that crashes on purpose.
type Disk interface {
	Open(path string, flags int, mode fs.FileMode) (File, error)
	Rename(from, to string) error
	Remove(path string) error
	Mkdir(path string, mode fs.FileMode) error
	Chmod(path string, mode fs.FileMode) error
	Lstat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
}

// File is an open file or folder. Its Stat tells by a *syscall.Stat_t which file it is.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Closer
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
	Sync() error
	// TryLock takes the file for this opening of it alone, until Close or the end of the process. It returns
	// syscall.EWOULDBLOCK, wrapped, while another opening has it.
	TryLock() error
}

// OS is the appliance's own disk.
type OS struct{}

// Open is os.OpenFile.
func (OS) Open(path string, flags int, mode fs.FileMode) (File, error) {
	f, err := os.OpenFile(path, flags, mode)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// Rename is os.Rename.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove is os.Remove.
func (OS) Remove(path string) error { return os.Remove(path) }

// Mkdir is os.Mkdir.
func (OS) Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }

// Chmod is os.Chmod.
func (OS) Chmod(path string, mode fs.FileMode) error { return os.Chmod(path, mode) }

// Lstat is os.Lstat.
func (OS) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// ReadDir is os.ReadDir.
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
