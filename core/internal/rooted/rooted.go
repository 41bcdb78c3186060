// Package rooted provides the file system of an appliance below a directory, as the appliance
// itself sees it: the target of an absolute symbolic link is resolved below the directory, and `..`
// does not lead out of it. An [os.Root] refuses absolute links, and an [os.DirFS] follows them out
// of the directory; but appliances have such links, /etc/localtime for example.
//
// This package does not protect the appliance from a plugin; the sandbox does. It does not use an
// [os.Root] either: to open one, the plugin would need the right to list the directory, which the
// sandbox does not grant.
package rooted

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/usage"
)

// FS is a file system below a directory. Opening a file never blocks, even a named pipe without a
// writer. Reading from a pipe may block, so a reader must first check that the file is a regular
// one.
type FS struct{ folder string }

// At returns the file system below an absolute path.
func At(folder string) FS { return FS{filepath.Clean(folder)} }

var _ fs.StatFS = FS{}

// Open opens a file for reading.
func (f FS) Open(name string) (fs.File, error) {
	file, err := f.open("open", name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Stat describes a file, which need not be readable. It follows symbolic links.
func (f FS) Stat(name string) (fs.FileInfo, error) {
	file, err := f.open("stat", name, unix.O_PATH)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}

func (f FS) open(op, name string, how int) (*os.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	file, err := f.resolved(name, how)
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: usage.Cause(err)}
	}
	return file, nil
}

// resolved opens a file and lets the kernel resolve its links: with a plain open if the folder is
// "/", otherwise with openat2. Kernels before 5.6 do not have that system call, and some containers
// refuse it.
func (f FS) resolved(name string, how int) (*os.File, error) {
	if f.folder == "/" {
		return os.OpenFile("/"+name, how, 0)
	}
	file, err := f.openat2(name, how)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EAGAIN) {
		return f.openByWalk(name, how)
	}
	return file, err
}

// openat2 opens a file with openat2. The call fails with EAGAIN if a file on this machine was
// renamed at the same time, because the kernel then cannot be sure where `..` leads.
func (f FS) openat2(name string, how int) (*os.File, error) {
	root, err := unix.Open(f.folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(root)
	within := &unix.OpenHow{Flags: uint64(how | unix.O_CLOEXEC), Resolve: unix.RESOLVE_IN_ROOT}
	fd, err := unix.Openat2(root, name, within)
	for tries := 0; tries < 32 && (errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN)); tries++ {
		fd, err = unix.Openat2(root, name, within)
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.nameOf(fd, name)), nil
}

// nameOf returns the name to give to an open file. [os.File.ReadDir] stats the entries of a
// directory by the directory's name, which must therefore not contain symbolic links: they would
// not be resolved below the root.
func (f FS) nameOf(fd int, name string) string {
	var is unix.Stat_t
	if err := unix.Fstat(fd, &is); err == nil && is.Mode&unix.S_IFMT == unix.S_IFDIR {
		return f.Path(name)
	}
	return filepath.Join(f.folder, name)
}

// openByWalk resolves links as openat2 does, with two differences: if another process renames files
// at the same time, the path may lead out of the folder; and the links in /proc to open files are
// resolved by their text.
func (f FS) openByWalk(name string, how int) (*os.File, error) {
	at, err := f.walk(name)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(at, how|unix.O_NOFOLLOW, 0)
}

// Nowhere is a path below which no file can exist.
const Nowhere = "/dev/null"

// Path returns the absolute path of a file on this machine, for a library that takes file names.
// The path contains no symbolic links. The file need not exist. If it cannot exist, for example
// because of a loop of links, or because it is below a regular file, the path is below [Nowhere].
func (f FS) Path(name string) string {
	name = path.Join("/", name)
	if f.folder == "/" {
		return name
	}
	at, _ := f.walk(name[1:])
	return at
}
