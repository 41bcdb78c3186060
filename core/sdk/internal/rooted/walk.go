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

// maxLinks is the number of links that the kernel follows before it takes them for a loop.
const maxLinks = 40

// walk follows a name through links as the appliance sees them, and returns the path on this
// machine. After an error the path is where the file would be, or leads nowhere.
func (f FS) walk(name string) (string, error) {
	at, links := "/", 0 // at is below the folder, and leads through no link
	for todo := strings.Split(name, "/"); len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		if part == "" || part == "." || part == ".." {
			at = path.Join(at, part) // no further up than /
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
			return path.Join(Nowhere, name), err // what is no folder, or is not there, has no parent to go on from
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

// link returns the target of a link, and nothing if the file is no link. If the name goes on, the
// file must be a folder.
func (f FS) link(at string, on bool) (target string, err error) {
	info, err := os.Lstat(filepath.Join(f.folder, at))
	switch {
	case err != nil:
		return "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return os.Readlink(filepath.Join(f.folder, at))
	case on && !info.IsDir():
		return "", unix.ENOTDIR
	}
	return "", nil
}
