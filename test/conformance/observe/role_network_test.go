package observe

import (
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func networkRoles() map[string]role {
	return map[string]role{
		"connect": does(func(a []string) error {
			conn, err := net.DialTimeout(a[0], a[1], time.Second)
			if err != nil {
				return err
			}
			return conn.Close()
		}),
		"connect within": does(func(a []string) error {
			return errors.Join(os.Chdir(a[0]),
				closed(net.Dial("unix", a[1])))
		}),
		"listen":        does(func(a []string) error { return closed(net.Listen(a[0], a[1])) }),
		"packets":       does(func(a []string) error { return closed(net.ListenPacket(a[0], a[1])) }),
		"send":          does(send),
		"send messages": does(sendMessages),
		"send many":     does(sendMany),
		"interfaces":    does(func([]string) error { _, err := net.Interfaces(); return err }),
		"leave":         does(leave),
	}
}

func closed(socket io.Closer, err error) error {
	if err != nil {
		return err
	}
	return socket.Close()
}

func send(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	return unix.Sendto(fd, []byte("x"), 0, inet(a[0]))
}

func inet(port string) *unix.SockaddrInet4 {
	n, _ := strconv.Atoi(port)
	return &unix.SockaddrInet4{Port: n, Addr: [4]byte{127, 0, 0, 1}}
}

// sendMessages sends a message with an address, and two without one on a connected socket.
func sendMessages(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	if err := unix.Sendmsg(fd, []byte("x"), nil, inet(a[0]), 0); err != nil {
		return err
	}
	if err := unix.Connect(fd, inet(a[0])); err != nil {
		return err
	}
	return errors.Join(unix.Sendmsg(fd, []byte("x"), nil, nil, 0), unix.Send(fd, []byte("x"), 0))
}

// leave dissolves a socket's association.
func leave([]string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	var nobody [16]byte // AF_UNSPEC is 0
	_, _, no := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&nobody)), uintptr(len(nobody)))
	return errnoError(no)
}

// sendMany sends a message with an address and one without, in one call.
func sendMany(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	if err := unix.Connect(fd, inet(a[0])); err != nil {
		return err
	}
	to := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: [4]byte{127, 0, 0, 1}}
	*(*[2]byte)(unsafe.Pointer(&to.Port)) = [2]byte{0, 9}
	messages := [2]struct {
		header unix.Msghdr
		sent   uint32
	}{}
	messages[1].header = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&to)), Namelen: unix.SizeofSockaddrInet4}
	_, _, no := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&messages)), 2, 0, 0, 0)
	return errnoError(no)
}
