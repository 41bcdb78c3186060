package server

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// user is the owner of a connection. Over TCP the kernel does not know the user: all connections
// count as one user's.
type user struct {
	id    uint32
	known bool
}

func userOf(c net.Conn) user {
	id, err := User(c)
	return user{id, err == nil}
}

// User returns the number of the user at the other end of a unix socket, as the kernel knows it. It
// returns an error if c is not a unix socket.
func User(c net.Conn) (uint32, error) {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return 0, errors.New("not a unix socket")
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0, err
	}
	var peer *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		peer, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err := errors.Join(err, failed); err != nil {
		return 0, err
	}
	return peer.Uid, nil
}
