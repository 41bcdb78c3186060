package rooted

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// maxLinks is how many links the kernel follows, before it takes them for a loop.
const maxLinks = 40

// walk goes the way that a name leads, through links as the appliance sees them, and returns where that is on this
// machine. If it can't go on, it returns the rest of the way as it is written.
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
		if err != nil {
			return filepath.Join(f.folder, path.Join(next, path.Join("/", strings.Join(todo, "/")))), err
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

// link returns where a link leads; nothing if it is no link. The way can go on through a folder only.
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
