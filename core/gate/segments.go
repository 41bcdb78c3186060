package gate

import (
	"golang.org/x/sys/unix"
)

const (
	ip4Header = 20 // bytes
	ip6Header = 40
	tcpHeader = 20
	udpHeader = 8
	// Options of TCP, in bytes: timestamps; those of a SYN; the most that a header has room for, as selective
	// acknowledgments take where something was lost.
	timestamps   = 12
	setUpOptions = 20
	maxOptions   = 40
	// icmpError is the most that a router or a host sends to say that a packet did not get through, in bytes of IP.
	icmpError = 576
)

// optTimestamps is in the options of a connection whose segments carry timestamps.
const optTimestamps = 1

// crossed is what a TCP connection has moved over the wire until some moment, in bytes of IP.
type crossed struct {
	ip   int64 // bytes of its header of IP
	last unix.TCPInfo
	// headersIn and headersOut are bytes of headers, repeated those of data that came more
	// than once, errors those of ICMP: at most, all of them.
	headersIn, headersOut, repeated, errors int64
	// Once more than sent bytes of ours are acknowledged, the peer knows that received bytes of
	// its own have arrived: it was told by what left after the look at which both were so.
	// known is what it knows already.
	sent, received, known uint64
	// longest is how long a segment of the peer's has been, in bytes of data.
	longest uint32
	// disturbed is set once segments were lost or out of order, passive once the peer has closed
	// its side before us.
	disturbed, passive bool
}

// until returns what has crossed until the kernel says now.
//
// The kernel counts each segment that leaves and each that arrives, and the bytes that leave,
// those of repeated segments too. Of the bytes that arrive it counts the new ones. What comes
// again is bounded: of D segments with data that brought B new bytes, at most D - B/MSS were
// repetitions, each as long as what the peer may not know to have arrived, or as a segment may
// be; and each made us acknowledge it at once. Where one look is for few segments, that is
// nearly exact.
func (c crossed) until(now unix.TCPInfo) crossed {
	was := c.last
	cameOut, cameIn := int64(now.Segs_out-was.Segs_out), int64(now.Segs_in-was.Segs_in)
	c.longest = max(c.longest, leastSegment, now.Rcv_mss)
	fresh := segments(int64(now.Bytes_received-was.Bytes_received), c.longest)
	empty := cameOut - int64(now.Data_segs_out-was.Data_segs_out)
	again := min(int64(dataSegments(now)-dataSegments(was))-fresh, empty)
	if again > 0 { // and our answer to each has an option that says so
		c.repeated += again * min(int64(now.Bytes_received-c.known), int64(now.Advmss))
		c.headersOut += again * (maxOptions - timestamps)
	}
	// The SYN counts as one. Before Linux 4.19 the peer is taken to know nothing.
	if now.Bytes_acked > c.sent+1 && now.Bytes_sent > 0 {
		c.known = c.received
		c.sent, c.received = now.Bytes_sent-now.Bytes_retrans, now.Bytes_received
	}
	c.disturbed = c.disturbed || disturbed(now)
	c.passive = c.passive || now.State == unix.BPF_TCP_CLOSE_WAIT || now.State == unix.BPF_TCP_LAST_ACK
	header := c.header(now)
	c.headersIn += header * cameIn
	c.headersOut += header * cameOut
	if now.Pmtu < was.Pmtu {
		// The path is narrower than it seemed, and a router may have said so to each segment.
		c.errors += icmpError * int64(now.Segs_out)
	}
	c.last = now
	return c
}

// in has more than arrived: a segment that was lost between the wire and us can't be counted.
func (c crossed) in() int64 { return c.withLost(c.arrived()) }

func (c crossed) arrived() int64 {
	return c.headersIn + int64(c.last.Bytes_received) + c.repeated + c.errors
}

// withLost adds to what arrives what is lost before it does: a little where losses left no trace.
// Otherwise two fifths, where 15 % that are lost are less than a fifth on average: with few
// segments luck is far from it.
func (c crossed) withLost(arrives int64) int64 {
	if c.disturbed {
		return arrives + arrives*2/5
	}
	return arrives + arrives/16
}

// out takes the upper bound where the kernel does not count what it sends (before Linux 4.19);
// written is how many bytes the socket was given.
func (c crossed) out(written int64) int64 {
	data := int64(c.last.Bytes_sent)
	if data == 0 {
		data = written + int64(c.last.Total_retrans)*int64(c.last.Snd_mss)
	}
	return c.headersOut + data
}

// header bounds the headers of each segment after the last look, in bytes.
func (c crossed) header(now unix.TCPInfo) int64 {
	switch {
	case c.last.Segs_out == 0: // with the SYN
		return c.ip + tcpHeader + setUpOptions
	case c.disturbed:
		return c.ip + tcpHeader + maxOptions
	case now.Options&optTimestamps != 0:
		return c.ip + tcpHeader + timestamps
	}
	return c.ip + tcpHeader
}

// disturbed reports whether the kernel has seen segments that were lost or out of order; that it
// can't tell is the same. Since Linux 5.4 it can, and tells the peer's window since then too.
func disturbed(i unix.TCPInfo) bool {
	return i.Snd_wnd == 0 || i.Rcv_ooopack > 0 || i.Total_retrans > 0 || i.Dsack_dups > 0 || i.Sacked > 0 ||
		i.Reord_seen > 0
}

// dataSegments is how many segments with data arrived; all, where the kernel does not tell
// (before Linux 4.6).
func dataSegments(i unix.TCPInfo) uint32 {
	if i.Data_segs_in == 0 && i.Bytes_received > 0 {
		return i.Segs_in
	}
	return i.Data_segs_in
}

// segments is how many segments so many bytes take at least.
func segments(bytes int64, mss uint32) int64 {
	size := max(1, int64(mss))
	return (bytes + size - 1) / size
}
