package simulate

import (
	"golang.org/x/sys/unix"
)

// header is the size of each segment's headers: IPv4, TCP, timestamps.
const header = 20 + 20 + 12

// TCPInfo returns the connection's [unix.TCPInfo] as a kernel would.
func (c *conn) TCPInfo() (unix.TCPInfo, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := c.kernel
	over := c.ending != nil && len(c.coming) == 0 && !c.moving // the other end has nothing more to send
	switch {
	case c.broken != nil, over && c.finished:
		info.State = unix.BPF_TCP_CLOSE
	case over:
		info.State = unix.BPF_TCP_CLOSE_WAIT
	}
	return info, !c.closed
}

// connected returns the [unix.TCPInfo] of a connection that was just made, by three segments.
func connected() unix.TCPInfo {
	return unix.TCPInfo{State: unix.BPF_TCP_ESTABLISHED, Options: 1, Snd_mss: segment, Rcv_mss: segment,
		Advmss: segment, Segs_out: 2, Segs_in: 1, Bytes_acked: 1, Snd_wnd: inbox}
}

// carried counts one segment and its acknowledgment.
func (c *conn) carried(bytes int, out bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kernel.Segs_out++
	c.kernel.Segs_in++
	if out {
		c.kernel.Data_segs_out++
		c.kernel.Bytes_sent += uint64(bytes)
		c.kernel.Bytes_acked += uint64(bytes)
	} else {
		c.kernel.Data_segs_in++
		c.kernel.Bytes_received += uint64(bytes)
	}
}
