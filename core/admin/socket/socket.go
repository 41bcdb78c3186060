// Package socket is the door to the administrator's side: a unix socket. The kernel decides who may open it, by the
// file's mode and group, and nothing else does: whoever opens it may decide and see all.
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

// A socket's path must fit into 108 bytes with the zero at its end; while it is made it lies in a folder beside its
// place.
const (
	maxPath   = 107
	maxFolder = maxPath - len("/.s1234567890/s")
)

// Fits tells whether a socket can lie at path.
func Fits(path string) error {
	if folder := filepath.Dir(path); len(path) > maxPath || len(folder) > maxFolder {
		return fmt.Errorf("the socket's path has %d bytes, its folder's %d: with more than %d, or %d, none fits there",
			len(path), len(folder), maxPath, maxFolder)
	}
	return nil
}

// Listener is a socket that is ours. Close takes it away.
type Listener struct {
	*net.UnixListener
	path    string
	made    fs.FileInfo
	release func()
}

// Listen makes the socket at path, of this group; -1 leaves this user's. Its folder is made where it is missing.
//
// A socket of a process that is gone is replaced; one that lives is not, nor anything that is no socket. The new one
// lies whole, with its mode and group, in a folder that nobody else may enter before it is moved to its place, so that
// it is open to no more people for no moment. A crash leaves such a folder, which the next start removes, or a socket
// at which nobody answers.
func Listen(path string, group int) (*Listener, error) {
	if err := errors.Join(Fits(path), folder(filepath.Dir(path), group)); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	lock := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	release, holder, err := durable.TryLock(durable.OS{}, lock, strconv.Itoa(os.Getpid()))
	if errors.Is(err, durable.ErrHeld) {
		return nil, usage.WithHint(fmt.Errorf("listen at %s: process %s does so already", path, holder),
			"of `usagedata run` and `usagedata api` one is enough")
	}
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Listener{path: path, release: release}
	if err = vacant(path); err == nil {
		err = l.listen(group)
	}
	if err != nil {
		release()
		return nil, fmt.Errorf("listen at %s: %w", path, err)
	}
	return l, nil
}

// Close takes the socket away, unless another one lies at its place by now, and answers no more.
func (l *Listener) Close() error {
	if now, err := os.Lstat(l.path); err == nil && os.SameFile(now, l.made) {
		os.Remove(l.path)
	}
	defer l.release()
	return l.UnixListener.Close()
}

// folder makes the folder, for the group to enter, and refuses one in which the socket would be of no use or not safe.
func folder(path string, group int) error {
	switch err := os.Mkdir(path, 0o750); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("make the socket's folder: %w", err)
	case err == nil && group >= 0:
		if err := os.Chown(path, -1, group); err != nil {
			return usage.WithHint(fmt.Errorf("give the socket's folder to its group: %w", err),
				"the service's user must be a member of the group")
		}
	case err != nil && !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("make the socket's folder: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the socket's folder: %w", err)
	}
	return suits(path, info, group)
}

func suits(path string, info fs.FileInfo, group int) error {
	owner, ok := info.Sys().(*syscall.Stat_t)
	perm := info.Mode().Perm()
	switch {
	case !ok || !info.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	case perm&0o002 != 0 && info.Mode()&fs.ModeSticky == 0:
		return usage.WithHint(fmt.Errorf("anybody may put another socket into %s", path), "chmod o-w "+path)
	case group >= 0 && perm&0o001 == 0 && (perm&0o010 == 0 || int(owner.Gid) != group):
		return usage.WithHint(fmt.Errorf("the socket's group may not enter %s", path),
			"chgrp the folder to the group, let everybody pass through it (chmod o+x), or name another one with admin.socket")
	}
	return nil
}

// vacant refuses a place at which somebody answers, or at which something else lies than a socket.
func vacant(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("something that is no socket lies there")
	}
	them, err := net.Dial("unix", path)
	if err == nil {
		them.Close()
		return errors.New("another program does so already")
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("find out whether anybody answers there: %w", err)
	}
	return nil
}
