// Package rooted is the file system of an appliance below a folder, as the appliance itself sees
// it: the target of an absolute link is taken from the folder, and `..` does not lead out of it. An
// [os.Root] refuses absolute links, and an [os.DirFS] follows them out of the folder; appliances
// have such links, /etc/localtime for example.
//
// The sandbox protects the appliance from a plugin; this package does not. It does not build on an
// os.Root either: to open one, the plugin would need the right to list the folder, which the
// sandbox does not give.
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

// FS is a file system below a folder. To open does not block: a named pipe without a writer is
// opened at once. To read from a pipe may, so that a reader asks first whether the file is a regular one.
type FS struct{ folder string }

// At returns the file system below an absolute path.
func At(folder string) FS { return FS{filepath.Clean(folder)} }

var _ fs.StatFS = FS{}

// Open opens a file to be read.
func (f FS) Open(name string) (fs.File, error) {
	file, err := f.open("open", name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Stat describes a file, which need not be readable. It follows links.
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

// resolved lets the kernel follow the links: by a plain open if the folder is "/", else by openat2.
// Kernels before 5.6 do not have that call, and some containers refuse it.
func (f FS) resolved(name string, how int) (*os.File, error) {
	if f.folder == "/" {
		return os.OpenFile("/"+name, how, 0)
	}
	file, err := f.byKernel(name, how)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EAGAIN) {
		return f.byHand(name, how)
	}
	return file, err
}

// byKernel opens a file by openat2. The call fails with EAGAIN if something on this machine was
// renamed meanwhile, so that the kernel can't be sure where `..` leads.
func (f FS) byKernel(name string, how int) (*os.File, error) {
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

// nameOf returns the name to give to an open file. [os.File.ReadDir] looks at the entries of a
// folder by the folder's name, which therefore must not lead through links: they would not be
// followed below the root.
func (f FS) nameOf(fd int, name string) string {
	var is unix.Stat_t
	if err := unix.Fstat(fd, &is); err == nil && is.Mode&unix.S_IFMT == unix.S_IFDIR {
		return f.Path(name)
	}
	return filepath.Join(f.folder, name)
}

// byHand does what openat2 does, but for two things: if others rename files meanwhile, the way may
// lead out of the folder, and the links of /proc that lead to open files are followed by their text.
func (f FS) byHand(name string, how int) (*os.File, error) {
	at, err := f.walk(name)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(at, how|unix.O_NOFOLLOW, 0)
}

// Nowhere is a path below which there is never a file.
const Nowhere = "/dev/null"

// Path returns the absolute path of the file on this machine, for a library that takes names. The
// path leads through no link. The file need not exist. If it can't exist, in a loop of links for
// example or below another file, the path leads nowhere.
func (f FS) Path(name string) string {
	name = path.Join("/", name)
	if f.folder == "/" {
		return name
	}
	at, _ := f.walk(name[1:])
	return at
}
