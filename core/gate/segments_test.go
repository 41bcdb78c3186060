package gate

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// plainHeader is the length of the IPv4 and TCP headers with timestamps.
const plainHeader = ip4Header + tcpHeader + timestamps

// peers is a connection as both kernels see it ([unix.TCPInfo]), and the bytes that cross the wire
// between them.
type peers struct {
	info    unix.TCPInfo
	in, out int64  // bytes of IP that crossed
	told    uint64 // bytes that the peer sent and knows to have arrived
	telling uint64 // bytes that it will know to have arrived once it acknowledges our segments
}

func connectedPeers() *peers {
	return &peers{
		info: unix.TCPInfo{State: unix.BPF_TCP_ESTABLISHED, Options: optTimestamps, Snd_wnd: 1 << 16, Snd_mss: 1448,
			Advmss: 1460, Rcv_mss: 536, Pmtu: 1500, Segs_out: 2, Segs_in: 1, Bytes_acked: 1},
		in: ip4Header + tcpHeader + setUpOptions, out: 2*plainHeader + setUpOptions - timestamps,
	}
}

// send adds a segment of ours; its options say which data was lost or came again.
func (p *peers) send(data int, options int64) {
	p.info.Segs_out++
	p.out += int64(data) + ip4Header + tcpHeader + options
	if data > 0 {
		p.info.Data_segs_out++
		p.info.Bytes_sent += uint64(data)
		p.telling = p.info.Bytes_received
	}
}

// arrive adds a segment with data from the peer. If fresh is false, the data came before, and we
// report that at once.
func (p *peers) arrive(data int, fresh bool) {
	p.info.Segs_in++
	p.info.Data_segs_in++
	p.in += int64(data) + plainHeader
	if !fresh {
		p.send(0, maxOptions)
		return
	}
	p.info.Bytes_received += uint64(data)
	p.info.Rcv_mss = max(p.info.Rcv_mss, uint32(data))
}

// acknowledge adds a segment without data from the peer: it has received everything that was sent.
func (p *peers) acknowledge() {
	p.info.Segs_in++
	p.in += plainHeader
	p.info.Bytes_acked = p.info.Bytes_sent - p.info.Bytes_retrans + 1
	p.told = p.telling
}

// repeat sends a lost segment of ours again.
func (p *peers) repeat(data int) {
	p.info.Bytes_retrans += uint64(data)
	p.info.Total_retrans++
	p.send(data, timestamps)
}

// SEND-4: whatever two kernels send each other, and however often the gate checks, it counts no
// less than crosses the wire; if nothing was repeated, it counts no more than an honest peer costs.
func TestSegmentsAreCounted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p, c, written := connectedPeers(), crossed{ip: ip4Header}, int64(0)
		repeated := false
		look := func() { c = c.until(p.info) }
		look()
		steps := map[string]func(*rapid.T){
			"send": func(r *rapid.T) {
				n := rapid.IntRange(1, 1448).Draw(r, "data")
				written += int64(n)
				p.send(n, timestamps)
			},
			"acknowledge": func(*rapid.T) { p.send(0, timestamps) },
			"arrive":      func(r *rapid.T) { p.arrive(rapid.IntRange(1, 1448).Draw(r, "data"), true) },
			"hear":        func(*rapid.T) { p.acknowledge() },
			"look":        func(*rapid.T) { look() },
			"sent again": func(r *rapid.T) {
				if unknown := int(p.info.Bytes_received - p.told); unknown > 0 {
					repeated = true
					p.arrive(rapid.IntRange(1, min(unknown, 1448)).Draw(r, "data"), false)
				}
			},
			"repeat": func(r *rapid.T) {
				if open := int(p.info.Bytes_sent - p.info.Bytes_retrans - p.info.Bytes_acked + 1); open > 0 {
					repeated = true
					p.repeat(min(open, 1448))
				}
			},
		}
		r.Repeat(steps)
		look()
		if in, out := c.arrived(), c.out(written); in < p.in || out < p.out {
			r.Fatalf("got %d bytes in and %d out, %d and %d crossed", in, out, p.in, p.out)
		}
		if out := c.out(written); !repeated && out > p.out+(maxOptions-timestamps)*int64(p.info.Segs_in) {
			r.Fatalf("got %d bytes out, %d crossed", out, p.out)
		}
	})
}

// SEND-4: the peer repeats data that it cannot know to have arrived, because we sent nothing since.
// It does so twice between two checks.
func TestRepetitionsAreCounted(t *testing.T) {
	for _, old := range []bool{false, true} { // before Linux 4.19
		p, c := connectedPeers(), crossed{ip: ip4Header}
		for _, happen := range []func(){
			func() {}, func() { p.send(100, timestamps) },
			func() { p.arrive(1000, true); p.acknowledge() }, p.acknowledge,
			func() { p.arrive(1000, false); p.arrive(1000, false) },
		} {
			happen()
			now := p.info
			if old {
				now.Bytes_sent, now.Bytes_retrans = 0, 0
			}
			c = c.until(now)
		}
		if got := c.arrived(); got < p.in || got > p.in+2*1000 {
			t.Errorf("old %v: got %d bytes, %d arrived", old, got, p.in)
		}
	}
}

// SEND-4, T2: segments in flight may be repeated before the next check, and are booked before that.
func TestRepetitionsAreBookedAhead(t *testing.T) {
	p := connectedPeers()
	s := &stream{crossed: crossed{ip: ip4Header}, info: func() (unix.TCPInfo, bool) { return p.info, true }}
	for range retransmitted {
		p.send(1448, timestamps)
		p.info.Unacked++
		s.wrote(1448)
	}
	s.counted()
	_, ahead := s.ahead(0)
	if want := int64(retransmitted * (1448 + plainHeader)); ahead < want {
		t.Errorf("got %d bytes booked ahead, want at least %d", ahead, want)
	}
}

// addressed is a connection to an address.
type addressed struct {
	net.Conn
	to net.Addr
}

func (a addressed) RemoteAddr() net.Addr { return a.to }

// SEND-4: a packet's header has the length of its IP version. An IPv4 address may be written as
// IPv6.
func TestHeaderOfIP(t *testing.T) {
	for ip, want := range map[string]int64{
		"192.0.2.1": ip4Header, "::ffff:192.0.2.1": ip4Header, "2001:db8::1": ip6Header, "fe80::1": ip6Header,
	} {
		address := net.ParseIP(ip)
		for _, to := range []net.Addr{&net.TCPAddr{IP: address}, &net.UDPAddr{IP: address}} {
			if got := ipHeader(addressed{to: to}); got != want {
				t.Errorf("%s over %s: got %d bytes, want %d", ip, to.Network(), got, want)
			}
		}
	}
}

// If the gate checks after each segment, an upload is counted to the byte, except for losses that
// cannot be seen.
func TestHonestSegmentsAreCountedExactly(t *testing.T) {
	p := connectedPeers()
	c := crossed{ip: ip4Header}.until(p.info)
	p.out += setUpOptions - timestamps // of the third segment, which was counted with the other two
	for _, step := range []func(){
		func() { p.send(1448, timestamps) }, func() { p.send(300, timestamps) },
		func() { p.arrive(1448, true) }, func() { p.arrive(200, true) }, func() { p.send(0, timestamps) },
		func() { p.send(1448, timestamps) }, func() { p.send(900, timestamps) }, func() { p.acknowledge() },
		func() { p.arrive(170, true) }, func() { p.arrive(24, true) },
	} {
		step()
		c = c.until(p.info)
	}
	if in, out := c.in(), c.out(4096); in != p.in+p.in/16 || out != p.out {
		t.Errorf("got %d bytes in and %d out, want %d and %d", in, out, p.in+p.in/16, p.out)
	}
}

// If the kernel lacks a counter, the upper bound is counted, and after a change of path the
// messages of routers about it too.
func TestMissingKernelCounters(t *testing.T) {
	base := unix.TCPInfo{Options: optTimestamps, Snd_wnd: 1000, Snd_mss: 1448, Advmss: 1460, Rcv_mss: 1448, Pmtu: 1500,
		Segs_out: 4, Segs_in: 4, Data_segs_in: 1, Data_segs_out: 2, Bytes_received: 1448, Bytes_sent: 2000,
		Bytes_acked: 1}
	next := base
	next.Segs_out, next.Segs_in, next.Data_segs_in, next.Bytes_received = 8, 8, 2, 2896
	for name, c := range map[string]struct {
		change          func(before, now *unix.TCPInfo)
		wantIn, wantOut int64 // in addition to the count with all counters and without losses
	}{
		"all counters": {func(_, _ *unix.TCPInfo) {}, 0, 0},
		"bytes sent (4.19)": {func(b, n *unix.TCPInfo) {
			b.Bytes_sent, n.Bytes_sent, n.Total_retrans = 0, 0, 1
		}, 4 * 28, 2000 + 1448 + 4*28},
		"out of order (5.4)": {func(b, n *unix.TCPInfo) { b.Snd_wnd, n.Snd_wnd = 0, 0 }, 112, 112},
		"segments with data (4.6)": {func(b, n *unix.TCPInfo) {
			b.Data_segs_in, n.Data_segs_in = 0, 0
		}, 2*1448 + 3*1460, 5 * 28},
		"the path became narrower": {func(_, n *unix.TCPInfo) { n.Pmtu = 1400 }, 8 * icmpError, 0},
	} {
		t.Run(name, func(t *testing.T) {
			full := crossed{ip: ip4Header}.until(base).until(next)
			before, now := base, next
			c.change(&before, &now)
			got := crossed{ip: ip4Header}.until(before).until(now)
			if in, out := got.arrived()-full.arrived(), got.out(4000)-full.out(2000); in != c.wantIn ||
				out != c.wantOut {
				t.Errorf("got %d bytes more in and %d out, want %d and %d", in, out, c.wantIn, c.wantOut)
			}
		})
	}
}
