package socket

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/coreos/go-systemd/v22/activation"

	"polycom.com/usagedata/core/usage"
)

// Inherited returns the socket that systemd has opened for us, or nil if it has opened none. The
// socket stays systemd's: its path, mode and group are in the socket's unit, and it exists before
// and after us.
func Inherited() (net.Listener, error) {
	all, err := activation.Listeners()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if len(all) > 1 {
		return nil, errors.New("take the inherited socket: there are several")
	}
	l, ok := all[0].(*net.UnixListener)
	if !ok {
		return nil,
			usage.WithHint(errors.New("take the inherited socket: it is not a stream on this machine, and anybody who reaches "+
				"it could decide"),
				"ListenStream= takes a path")
	}
	return l, ours(l.Addr().String())
}

// ours refuses a socket that every user may open, which is systemd's default.
func ours(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("look at the inherited socket: %w", err)
	}
	if info.Mode().Perm()&0o006 != 0 {
		return usage.WithHint(fmt.Errorf("take the inherited socket %s: everybody may open it", path),
			"SocketMode=0660 and SocketGroup= in its unit")
	}
	return nil
}
