// Package rooted is the file system of an appliance below a folder, as the appliance itself sees it: the target of an
// absolute link is taken from the folder, and `..` does not lead out of it. An [os.Root] refuses absolute links, and an
// [os.DirFS] follows them out of the folder; appliances have such links, /etc/localtime for example.
//
// It is not what protects the appliance from a plugin; the sandbox is. Nor does it use an os.Root: to open one takes the
// right to list the folder, which the sandbox does not give.
package rooted

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// FS is a file system below a folder. Nothing that it opens is waited for: a pipe is opened although nobody writes to it.
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

// Stat describes the file that a link leads to. It needs no right to read it.
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
		return nil, &fs.PathError{Op: op, Path: name, Err: Cause(err)}
	}
	return file, nil
}

// Cause returns the error without the path in it. Where a file is can be the customer's choice, and name the customer.
func Cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// resolved leaves the links to the kernel: below "/" they lead where they should, and below another folder openat2 knows
// how. Kernels before 5.6 do not have it, and some containers refuse it.
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

// byKernel opens a file by openat2. EAGAIN means that something on this machine was renamed meanwhile, so that the kernel
// does not know where `..` leads.
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

// nameOf returns the name to give an open file. The entries of a folder are looked up by the folder's name, so that it
// must not lead through links: they would not be followed below the root.
func (f FS) nameOf(fd int, name string) string {
	var is unix.Stat_t
	if err := unix.Fstat(fd, &is); err == nil && is.Mode&unix.S_IFMT == unix.S_IFDIR {
		return f.Path(name)
	}
	return filepath.Join(f.folder, name)
}

// byHand does what openat2 does, but for one thing: what others rename meanwhile may lead out of the folder.
func (f FS) byHand(name string, how int) (*os.File, error) {
	at, err := f.walk(name)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(at, how|unix.O_NOFOLLOW, 0)
}

// Path returns where the file is on this machine, for a library that takes names. The path leads through no link. What
// does not exist is where it would be.
func (f FS) Path(name string) string {
	name = path.Join("/", name)
	if f.folder == "/" {
		return name
	}
	at, _ := f.walk(name[1:])
	return at
}
