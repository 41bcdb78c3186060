package gate

import (
	"golang.org/x/sys/unix"
)

const (
	ip4Header = 20 // bytes
	ip6Header = 40
	tcpHeader = 20
	udpHeader = 8
	// Lengths of TCP options, in bytes: timestamps; those of a SYN; and the most that a header can
	// hold, which selective acknowledgments reach after a loss.
	timestamps   = 12
	setUpOptions = 20
	maxOptions   = 40
	// icmpError is the most bytes of IP that a router or a host sends to report an undelivered
	// packet.
	icmpError = 576
)

// optTimestamps is set in the options of a connection whose segments carry timestamps.
const optTimestamps = 1

// crossed is the number of bytes of IP that a TCP connection has moved over the wire until some
// moment.
type crossed struct {
	ip   int64 // bytes of its IP header
	last unix.TCPInfo
	// headersIn and headersOut are bytes of headers, repeated the bytes of data that arrived more
	// than once, and errors the bytes of ICMP. All of them are upper bounds.
	headersIn, headersOut, repeated, errors int64
	// If more than sent of our bytes are acknowledged, the peer knows that received bytes of its
	// own have arrived, because the segments that left after the look at both counts acknowledged
	// them. known is the number of bytes that it already knows to have arrived.
	sent, received, known uint64
	// longest is the length of the peer's longest segment so far, in bytes of data.
	longest uint32
	// disturbed is set after segments were lost or out of order, passive after the peer closed its
	// side first.
	disturbed, passive bool
}

// until returns the bytes that have crossed until the kernel's count now.
//
// The kernel counts each segment that leaves or arrives, and the bytes that leave, including those
// of retransmitted segments. Of the bytes that arrive it counts only the new ones. Repeated bytes
// are bounded: of D segments with data that brought B new bytes, at most D - B/MSS were
// repetitions. Each is at most as long as the data that the peer may not know to have arrived, and
// at most as long as a segment may be; and each made us acknowledge it at once. If a look covers
// few segments, this is nearly exact.
func (c crossed) until(now unix.TCPInfo) crossed {
	was := c.last
	cameOut, cameIn := int64(now.Segs_out-was.Segs_out), int64(now.Segs_in-was.Segs_in)
	c.longest = max(c.longest, leastSegment, now.Rcv_mss)
	fresh := segments(int64(now.Bytes_received-was.Bytes_received), c.longest)
	empty := cameOut - int64(now.Data_segs_out-was.Data_segs_out)
	again := min(int64(dataSegments(now)-dataSegments(was))-fresh, empty)
	if again > 0 { // and our answer to each has an option that reports it
		c.repeated += again * min(int64(now.Bytes_received-c.known), int64(now.Advmss))
		c.headersOut += again * (maxOptions - timestamps)
	}
	// The SYN counts as one. Before Linux 4.19 we assume that the peer knows nothing.
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
		// The path is narrower than it seemed, and a router may have reported that for each
		// segment.
		c.errors += icmpError * int64(now.Segs_out)
	}
	c.last = now
	return c
}

// in returns more bytes than arrived, because a segment lost between the wire and us cannot be
// counted.
func (c crossed) in() int64 { return c.withLost(c.arrived()) }

func (c crossed) arrived() int64 {
	return c.headersIn + int64(c.last.Bytes_received) + c.repeated + c.errors
}

// withLost adds the bytes lost on their way to those that arrive: a little if losses left no trace,
// two fifths otherwise. Even a loss of 15 % is less than a fifth on average, but few segments can
// be far from the average.
func (c crossed) withLost(arrives int64) int64 {
	if c.disturbed {
		return arrives + arrives*2/5
	}
	return arrives + arrives/16
}

// out returns the upper bound if the kernel does not count the bytes that it sends (before Linux
// 4.19); written is the number of bytes given to the socket.
func (c crossed) out(written int64) int64 {
	data := int64(c.last.Bytes_sent)
	if data == 0 {
		data = written + int64(c.last.Total_retrans)*int64(c.last.Snd_mss)
	}
	return c.headersOut + data
}

// header bounds the headers, in bytes, of each segment after the last look.
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

// disturbed reports whether the kernel has seen segments that were lost or out of order, or cannot
// report that. It reports them since Linux 5.4, and since then also the peer's window.
func disturbed(i unix.TCPInfo) bool {
	return i.Snd_wnd == 0 || i.Rcv_ooopack > 0 || i.Total_retrans > 0 || i.Dsack_dups > 0 || i.Sacked > 0 ||
		i.Reord_seen > 0
}

// dataSegments returns the number of segments with data that arrived, or of all segments if the
// kernel does not count those (before Linux 4.6).
func dataSegments(i unix.TCPInfo) uint32 {
	if i.Data_segs_in == 0 && i.Bytes_received > 0 {
		return i.Segs_in
	}
	return i.Data_segs_in
}

// segments returns the least number of segments for that many bytes.
func segments(bytes int64, mss uint32) int64 {
	size := max(1, int64(mss))
	return (bytes + size - 1) / size
}
