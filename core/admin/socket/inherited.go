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
		return nil, fmt.Errorf("systemd passes %d sockets; the service takes one", len(all))
	}
	l, ok := all[0].(*net.UnixListener)
	if !ok {
		return nil, usage.WithHint(
			errors.New("the socket from systemd is not a unix socket, so users of other machines could decide"),
			"set ListenStream= to a path in the socket's unit")
	}
	return l, checkMode(l.Addr().String())
}

// checkMode refuses a socket that every user may open, which is systemd's default.
func checkMode(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("check the socket from systemd: %w", err)
	}
	if info.Mode().Perm()&0o006 != 0 {
		return usage.WithHint(fmt.Errorf("every user may open %s, the socket from systemd", path),
			"set SocketMode=0660 and SocketGroup= in the socket's unit")
	}
	return nil
}
