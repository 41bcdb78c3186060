package rooted

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// maxLinks is the number of symbolic links that the kernel follows before it reports a loop.
const maxLinks = 40

// walk resolves a name through symbolic links as the appliance sees them, and returns the path on
// this machine. If it fails, the path is where the file would be, or a path below [Nowhere].
func (f FS) walk(name string) (string, error) {
	at, links := "/", 0 // below the folder, and without symbolic links
	for todo := strings.Split(name, "/"); len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		if part == "" || part == "." || part == ".." {
			at = path.Join(at, part) // does not go above /
			continue
		}
		next := path.Join(at, part)
		target, err := f.link(next, len(todo) > 0)
		if target != "" {
			if links++; links > maxLinks {
				err = unix.ELOOP
			}
		}
		if err != nil && (!errors.Is(err, fs.ErrNotExist) || slices.Contains(todo, "..")) {
			// A missing file, or one that is not a directory, has no parent to continue from.
			return path.Join(Nowhere, name), err
		}
		if err != nil {
			return filepath.Join(f.folder, next, strings.Join(todo, "/")), err
		}
		if target == "" {
			at = next
			continue
		}
		if path.IsAbs(target) {
			at = "/"
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	return filepath.Join(f.folder, at), nil
}

// link returns the target of a symbolic link, or an empty string if the file is not a link. If the
// name goes on, the file must be a directory.
func (f FS) link(at string, more bool) (target string, err error) {
	info, err := os.Lstat(filepath.Join(f.folder, at))
	switch {
	case err != nil:
		return "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return os.Readlink(filepath.Join(f.folder, at))
	case more && !info.IsDir():
		return "", unix.ENOTDIR
	}
	return "", nil
}
