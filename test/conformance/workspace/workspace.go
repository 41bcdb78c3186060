// Package workspace keeps the files of one run below the folder for temporary files, and removes
// those of runs that were killed. A run holds a lock on a file in its folder, which the kernel
// releases when the process ends, so a folder in use is never removed.
package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	prefix       = "conformance-"
	socketPrefix = "ud" // short, because the path of a socket is
	lockName     = "lock"
)

// Make makes the folder of a run, after it has removed the folders of runs that were killed. Call
// done to remove it.
func Make() (dir string, done func() error, err error) {
	sweep()
	if dir, err = os.MkdirTemp("", prefix); err != nil {
		return "", nil, err
	}
	lock, err := locked(dir)
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("lock the folder of the run: %w", err), os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

// locked makes the lock under another name first: under its own it is never seen unlocked. If we
// crash before, the folder is empty and stays.
func locked(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	lock, err := os.OpenFile(path+".new", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(tryLock(lock), os.Rename(path+".new", path)); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

func tryLock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// SocketFolder makes a folder with a short path for the socket of one plugin. The folder of the run
// has a link to it, so that it is found if the run is killed.
func SocketFolder(dir string) (folder string, remove func() error, err error) {
	if folder, err = os.MkdirTemp("", socketPrefix); err != nil {
		return "", nil, err
	}
	link := filepath.Join(dir, filepath.Base(folder))
	remove = func() error { return errors.Join(os.RemoveAll(folder), os.Remove(link)) }
	if err := os.Symlink(folder, link); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(folder))
	}
	return folder, remove, nil
}

// sweep removes the folders of runs that were killed. If one cannot be removed, it stays.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range found {
		if isOwn(dir) {
			sweepOne(dir)
		}
	}
}

// isOwn reports whether the path is a folder of this user: another user could put links into his.
func isOwn(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() {
		return false
	}
	status, is := info.Sys().(*syscall.Stat_t)
	return is && int(status.Uid) == os.Geteuid()
}

func sweepOne(dir string) {
	path := filepath.Join(dir, lockName)
	lock, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return // it is not locked yet, or is not that of a run
	}
	defer lock.Close()
	if tryLock(lock) != nil {
		return
	}
	now, err := os.Lstat(path)
	was, failed := lock.Stat()
	if err != nil || failed != nil || !os.SameFile(now, was) {
		return // another run has removed it meanwhile
	}
	for _, pattern := range []string{"", "*"} { // a scene may have scenes of its own
		links, _ := filepath.Glob(filepath.Join(dir, pattern, socketPrefix+"*"))
		for _, link := range links {
			removeTarget(link)
		}
	}
	_ = os.RemoveAll(dir)
}

func removeTarget(link string) {
	to, err := os.Readlink(link)
	if err == nil && filepath.Dir(to) == filepath.Clean(os.TempDir()) && isOwn(to) &&
		strings.HasPrefix(filepath.Base(to), socketPrefix) {
		_ = os.RemoveAll(to)
	}
}
