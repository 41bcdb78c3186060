package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// seen holds the traffic on the wire, in bytes of IP.
type seen struct {
	Out, In int64 // to the point and from it
	Packets int
	Longest int // packet, in bytes
	Missed  int // packets that the counter missed
	Again   int // TCP segments with bytes that had crossed already
}

// counter captures each packet at the point's end.
type counter struct {
	fd   int
	mu   sync.Mutex
	seen seen
	ends map[[4]byte]uint32 // the last byte in each direction of a connection, by the ports
}

// count starts counting, for as long as the process lives.
func count() (*counter, error) {
	at, err := net.InterfaceByName(link)
	if err != nil {
		return nil, err
	}
	all := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, unix.ETH_P_ALL))
	c := &counter{ends: make(map[[4]byte]uint32)}
	if c.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(all)); err != nil {
		return nil, fmt.Errorf("counter: %w", err)
	}
	err = errors.Join(unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 8<<20),
		unix.Bind(c.fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: at.Index}))
	if err != nil {
		return nil, fmt.Errorf("counter: %w", err)
	}
	go c.count()
	return c, nil
}

func (c *counter) count() {
	head := make([]byte, 80)
	for {
		n, from, err := unix.Recvfrom(c.fd, head, unix.MSG_TRUNC)
		if err != nil {
			continue // it was interrupted
		}
		if at := from.(*unix.SockaddrLinklayer); isTraffic(at.Protocol, head) {
			c.note(n, head, at.Pkttype == unix.PACKET_OUTGOING)
		}
	}
}

func (c *counter) note(n int, head []byte, in bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen.Packets++
	if c.isAgain(n, head) {
		c.seen.Again++
	}
	c.seen.Longest = max(c.seen.Longest, n)
	if in {
		c.seen.In += int64(n)
	} else {
		c.seen.Out += int64(n)
	}
}

// isAgain reports whether a packet of n bytes repeats an earlier one. The caller must hold mu.
func (c *counter) isAgain(n int, head []byte) bool {
	ip, next := 20, head[9]
	if head[0]>>4 == 6 {
		ip, next = 40, head[6]
	}
	if next != unix.IPPROTO_TCP {
		return false
	}
	tcp := head[ip:]
	bytes := n - ip - int(tcp[12]>>4)*4
	if isSetUp := tcp[13]&2 != 0; isSetUp {
		bytes++
	}
	ports, end := [4]byte(tcp), binary.BigEndian.Uint32(tcp[4:])+uint32(bytes)
	if at, known := c.ends[ports]; known && int32(end-at) <= 0 {
		return bytes > 0
	}
	c.ends[ports] = end
	return false
}

// isTraffic excludes ARP, and its equivalents in IPv6: messages about neighbors, routers and groups
// of the link.
func isTraffic(protocol uint16, head []byte) bool {
	switch binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, protocol)) {
	case unix.ETH_P_IP:
		return true
	case unix.ETH_P_IPV6:
		next := head[6]
		return next != unix.IPPROTO_HOPOPTS && (next != unix.IPPROTO_ICMPV6 || head[40] < 128)
	}
	return false
}

// total waits until the wire has been silent for a while.
func (c *counter) total() (seen, error) {
	for before := -1; ; {
		<-time.After(1500 * time.Millisecond)
		c.mu.Lock()
		s := c.seen
		c.mu.Unlock()
		if s.Packets != before {
			before = s.Packets
			continue
		}
		stats, err := unix.GetsockoptTpacketStats(c.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
		if err != nil {
			return s, fmt.Errorf("counter: %w", err)
		}
		s.Missed = int(stats.Drops)
		return s, nil
	}
}
