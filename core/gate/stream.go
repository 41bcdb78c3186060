package gate

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	// leastSegment is the assumed least length of a segment, in bytes, if the sender has a reason
	// to fill it.
	leastSegment = 536
	// retransmitted is how many segments may be retransmitted between two looks.
	retransmitted = 2
	// closingSegments is the number of segments that end a connection, in each direction: FIN, its
	// acknowledgment, a reset.
	closingSegments = 3
)

// tcpInfoer is a connection that is not a socket, given to the gate by [Gate.Dial], and reports
// about itself as the kernel does about a TCP connection.
type tcpInfoer interface {
	TCPInfo() (unix.TCPInfo, bool)
}

// stream is the meter of a TCP connection whose segments the kernel counts.
type stream struct {
	crossed
	info    func() (unix.TCPInfo, bool)
	written int64
}

// newStream returns nil if segments are not counted, as before Linux 4.2.
func newStream(raw net.Conn) *stream {
	s := &stream{crossed: crossed{ip: ipHeader(raw)}}
	switch c := raw.(type) {
	case tcpInfoer:
		s.info = c.TCPInfo
	case syscall.Conn:
		s.info = func() (unix.TCPInfo, bool) { return tcpInfo(c) }
	default:
		return nil
	}
	if i, ok := s.info(); !ok || i.Segs_out == 0 {
		return nil
	}
	return s
}

func ipHeader(c net.Conn) int64 {
	switch a := c.RemoteAddr().(type) {
	case *net.TCPAddr:
		if a.IP.To4() != nil {
			return ip4Header
		}
	case *net.UDPAddr:
		if a.IP.To4() != nil {
			return ip4Header
		}
	}
	return ip6Header
}

func tcpInfo(c syscall.Conn) (unix.TCPInfo, bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return unix.TCPInfo{}, false
	}
	var info *unix.TCPInfo
	failed := raw.Control(func(fd uintptr) {
		info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	if failed != nil || err != nil {
		return unix.TCPInfo{}, false
	}
	return *info, true
}

func (s *stream) wrote(n int) { s.written += int64(n) }
func (s *stream) read(int)    {}

func (s *stream) counted() (in, out int64) {
	if now, ok := s.info(); ok { // otherwise the socket is closed
		s.crossed = s.until(now)
	}
	return s.in(), s.out(s.written)
}

// ahead includes the data not sent yet, retransmissions of unacknowledged data, the data that the
// peer may send before it hears from us, and the end.
func (s *stream) ahead(write int) (in, out int64) {
	header, mss := s.header(s.last), max(leastSegment, s.last.Snd_mss)
	unsent := int64(s.last.Notsent_bytes) + int64(write)
	count := segments(unsent, mss)
	if write > 0 && s.last.Notsent_bytes > 0 {
		count++
	}
	again := min(retransmitted, count+int64(s.last.Unacked))
	open := s.written + int64(write) - int64(max(1, s.last.Bytes_acked)-1)
	out = unsent + min(again*int64(mss), open)
	flying, data := s.flight()
	each := count + again + flying + closingSegments
	return s.withLost(data + each*header), out + each*header
}

// flight bounds the data that the peer may send unasked: as much as we have room for. If the peer
// sends small segments, it counts as many of them as have arrived so far.
func (s *stream) flight() (count, data int64) {
	switch s.last.State {
	case unix.BPF_TCP_CLOSE_WAIT, unix.BPF_TCP_LAST_ACK, unix.BPF_TCP_CLOSING, unix.BPF_TCP_CLOSE,
		unix.BPF_TCP_TIME_WAIT:
		return 0, 0
	}
	small := int64(dataSegments(s.last)) - segments(int64(s.last.Bytes_received), s.longest)
	return segments(maxFlight, s.longest) + max(0, small), maxFlight
}

func (s *stream) silent() bool { return s.last.State == unix.BPF_TCP_CLOSE }

// afterClose returns zero if the peer closed first and has acknowledged our close. Otherwise the
// kernel answers each of its retransmissions, or resets.
func (s *stream) afterClose(orderly bool) (in, out int64) {
	if !orderly {
		return s.ahead(0)
	}
	if s.passive {
		return 0, 0
	}
	few := (2 + int64(s.last.Unacked)) * s.header(s.last)
	return s.withLost(few), few
}
