package socket

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/usage"
)

// tempPrefix is the prefix of the folders in which sockets are made.
const tempPrefix = ".s"

// listen makes the socket in a folder that only this user can enter, and moves it to its path.
func (l *Listener) listen(group int) (err error) {
	private, err := l.makeTempFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(private)
	made := filepath.Join(private, "s")
	if l.UnixListener, err = net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"}); err != nil {
		return err
	}
	l.SetUnlinkOnClose(false) // it would remove the file at the name under which it was made
	if err := l.move(made, group); err != nil {
		l.UnixListener.Close()
		return err
	}
	return nil
}

// makeTempFolder makes a new folder in the socket's folder. It removes those that a crash left:
// because of the lock there is only one maker.
func (l *Listener) makeTempFolder() (string, error) {
	folder := filepath.Dir(l.path)
	left, err := filepath.Glob(filepath.Join(folder, tempPrefix+"[0-9]*"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(folder, tempPrefix)
}

func (l *Listener) move(made string, group int) error {
	if err := os.Chmod(made, mode); err != nil {
		return err
	}
	if group >= 0 {
		if err := os.Chown(made, -1, group); err != nil {
			return usage.WithHint(fmt.Errorf("set its group: %w", err),
				"the service's user must be a member of the group")
		}
	}
	var err error
	if l.file, err = os.Lstat(made); err != nil {
		return err
	}
	return os.Rename(made, l.path)
}
