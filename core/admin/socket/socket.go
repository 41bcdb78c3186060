// Package socket is the unix socket of the administrator's API. The kernel decides which users may
// open it, by the file's mode and group, and nothing else does: a user that can open it may decide
// and see everything.
package socket

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// mode is the socket's: its owner and its group.
const mode = 0o660

// A socket's path must fit into 108 bytes with its terminating NUL. The socket is made in a folder
// next to its final path.
const (
	maxPath   = 107
	maxFolder = maxPath - len("/.s1234567890/s")
)

// CheckPath returns an error if path is too long for a socket.
func CheckPath(path string) error {
	if folder := filepath.Dir(path); len(path) > maxPath || len(folder) > maxFolder {
		return fmt.Errorf("the path of the socket is too long: it has %d bytes, its folder %d; "+
			"at most %d and %d are possible", len(path), len(folder), maxPath, maxFolder)
	}
	return nil
}

// Listener is a socket that [Listen] made. [Listener.Close] removes it.
type Listener struct {
	*net.UnixListener
	path    string
	file    fs.FileInfo
	release func()
}

// Listen makes the socket at path, of this group; -1 means this user's own. Its folder is made if
// it is missing.
//
// The socket of a process that has ended is replaced. A socket in use is not, nor is anything that
// is not a socket. The new socket is made in a folder that only this user can enter. It is moved to
// its path when its mode and group are set, so it is never open to more users, not even for a
// moment. A crash leaves such a folder, which the next start removes, or a socket at which no
// process answers.
func Listen(path string, group int) (*Listener, error) {
	if err := errors.Join(CheckPath(path), makeFolder(filepath.Dir(path), group)); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	lock := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	release, holder, err := durable.TryLock(durable.OS{}, lock, strconv.Itoa(os.Getpid()))
	if errors.Is(err, durable.ErrHeld) {
		return nil, usage.WithHint(fmt.Errorf("listen at %s: process %s already listens there", path, holder),
			"`usagedata run` and `usagedata api` serve the same socket; start only one of them")
	}
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Listener{path: path, release: release}
	if err = checkVacant(path); err == nil {
		err = l.listen(group)
	}
	if err != nil {
		release()
		return nil, fmt.Errorf("listen at %s: %w", path, err)
	}
	return l, nil
}

// Close removes the socket, unless another one is at its path by now, and stops answering.
func (l *Listener) Close() error {
	if now, err := os.Lstat(l.path); err == nil && os.SameFile(now, l.file) {
		os.Remove(l.path)
	}
	defer l.release()
	return l.UnixListener.Close()
}

// makeFolder makes the folder, so that the group can enter it, and refuses a folder in which the
// socket would be useless or unsafe.
func makeFolder(path string, group int) error {
	switch err := os.Mkdir(path, 0o750); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("create the socket's folder: %w", err)
	case err == nil && group >= 0:
		if err := os.Chown(path, -1, group); err != nil {
			return usage.WithHint(fmt.Errorf("set the group of the socket's folder: %w", err),
				"the service's user must be a member of the group")
		}
	case err != nil && !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("create the socket's folder: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("check the socket's folder: %w", err)
	}
	return checkFolder(path, info, group)
}

func checkFolder(path string, info fs.FileInfo, group int) error {
	owner, ok := info.Sys().(*syscall.Stat_t)
	perm := info.Mode().Perm()
	switch {
	case !ok || !info.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	case perm&0o002 != 0 && info.Mode()&fs.ModeSticky == 0:
		return usage.WithHint(fmt.Errorf("any user may put another socket into %s", path), "chmod o-w "+path)
	case group >= 0 && perm&0o001 == 0 && (perm&0o010 == 0 || int(owner.Gid) != group):
		return usage.WithHint(fmt.Errorf("the socket's group may not enter %s", path),
			"chgrp the folder to the group, let all users pass through it (chmod o+x), or choose another folder "+
				"with admin.socket")
	}
	return nil
}

// checkVacant refuses a path at which a process answers, or that is not a socket.
func checkVacant(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("a file that is not a socket is there")
	}
	other, err := net.Dial("unix", path)
	if err == nil {
		other.Close()
		return errors.New("another program already listens there")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("check whether a program listens there: %w", err)
	}
	return nil
}
