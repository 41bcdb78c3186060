package endpoint

import (
	"crypto/rand"
	"errors"
	"net"
	"path/filepath"
	"syscall"
)

// listen makes a socket in the folder that only this user can connect to. The mode cannot be
// changed afterwards, because a plugin must not change the modes of files.
func listen(folder string) (net.Listener, error) {
	if folder == "" {
		return nil, errors.New("the host gives no folder for the socket")
	}
	mask := syscall.Umask(0o177)
	defer syscall.Umask(mask)
	return net.Listen("unix", filepath.Join(folder, "s"+rand.Text()[:8]))
}
