package upload

import (
	"context"
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// lateConn is a connection on which the document is written after the server has hung up, as on a
// slow network, however fast the machine is. After the first piece the server's kernel answers with
// a reset, and the second piece is written after that.
type lateConn struct {
	*net.TCPConn
	finished bool // our last message of the TLS 1.3 handshake was written
	pieces   int  // of the document
}

func dialLate(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &lateConn{TCPConn: c.(*net.TCPConn)}, nil
}

func (l *lateConn) Write(p []byte) (int, error) {
	if !l.finished {
		const changeCipherSpec, applicationData = 20, 23 // encrypted handshake messages are application data
		l.finished = p[0] == applicationData || p[0] == changeCipherSpec && len(p) > 6
		return l.TCPConn.Write(p)
	}
	l.pieces++
	event := unix.POLLRDHUP
	if l.pieces > 1 {
		event = unix.POLLHUP
	}
	if err := l.await(int16(event)); err != nil {
		return 0, err
	}
	return l.TCPConn.Write(p)
}

// await waits for an event from the other side.
func (l *lateConn) await(event int16) error {
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	var n int
	controlled := raw.Control(func(fd uintptr) {
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: event}}, 20_000)
	})
	if controlled != nil || err != nil || n != 1 {
		return fmt.Errorf("the other side did not hang up: %w", err)
	}
	return nil
}
