package gate

import (
	"errors"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// maxAnswer is the longest answer, in bytes, to a question without EDNS0.
	maxAnswer = 512
	// fragment is the least number of bytes of a datagram that one packet carries.
	fragment = 1232
)

// datagrams is the meter of a connection over UDP: each message that is written is a question and
// may have an answer, which counts at full length until it arrives.
type datagrams struct {
	ip         int64
	in, out    int64
	unanswered int64
}

// bytes returns the bytes of IP that a message takes, in as many fragments as it needs.
func (d *datagrams) bytes(n int) int64 {
	length := int64(n) + udpHeader
	return length + d.ip*segments(length, fragment)
}

func (d *datagrams) wrote(n int) {
	d.out += d.bytes(n)
	d.unanswered++
}

func (d *datagrams) read(n int) {
	d.in += d.bytes(n)
	d.unanswered = max(0, d.unanswered-1)
}

func (d *datagrams) counted() (in, out int64) { return d.in, d.out }

func (d *datagrams) ahead(write int) (in, out int64) {
	in = d.unanswered * d.bytes(maxAnswer)
	if write > 0 {
		in, out = in+d.bytes(maxAnswer), d.bytes(write)
	}
	return in, out
}

func (*datagrams) silent() bool { return true }

// afterClose counts an answer that did not come, even though it may have been lost or never sent.
func (d *datagrams) afterClose(bool) (in, out int64) { return d.ahead(0) }

// receive reads a datagram into p. It also returns the datagram's full length, even if it did not
// fit.
func receive(from net.Conn, p []byte) (n, length int, err error) {
	socket, ok := from.(syscall.Conn)
	if _, packets := from.(net.PacketConn); !ok || !packets {
		n, err = from.Read(p)
		return n, n, err
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0, 0, err
	}
	var problem error
	err = raw.Read(func(fd uintptr) bool {
		length, _, problem = unix.Recvfrom(int(fd), p, unix.MSG_TRUNC)
		return !errors.Is(problem, unix.EAGAIN)
	})
	if err == nil && problem != nil {
		err = &net.OpError{Op: "read", Net: "udp", Source: from.LocalAddr(), Addr: from.RemoteAddr(),
			Err: os.NewSyscallError("recvfrom", problem)}
	}
	if err != nil {
		return 0, 0, err
	}
	return min(length, len(p)), length, nil
}
