// Package listen accepts the connections of appliances over TLS. It limits their number, in total and
// for each peer. Behind a balancer, it learns the peer from the PROXY protocol, version 2. The
// address of a peer is in memory only, and only while its connection is open.
package listen

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pires/go-proxyproto"
)

// Options of [New].
type Options struct {
	// Balancers are the networks whose connections begin with a PROXY header. No other connection may
	// have one.
	Balancers []netip.Prefix
	// Connections is the number of connections that may be open at the same time; PerPeer is the number
	// of those that may have the same peer, or 0 for no limit.
	Connections, PerPeer int
	// Header is how long a balancer may take to send its header.
	Header time.Duration
	// Refused is called for each connection that is closed at once, with a reason from a closed list.
	Refused func(reason string)
}

// Door counts and limits the connections of one or more listeners.
type Door struct {
	options Options

	mu    sync.Mutex
	open  int
	peers map[netip.Prefix]int
}

// New returns a door.
func New(options Options) *Door { return &Door{options: options, peers: map[netip.Prefix]int{}} }

// Open returns the number of connections that are open.
func (d *Door) Open() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// Listener returns a listener whose connections pass this door.
func (d *Door) Listener(inner net.Listener) net.Listener { return listener{inner, d} }

type listener struct {
	net.Listener
	door *Door
}

// Accept returns the next connection. If too many are open, it resets the new one, which costs less than
// a handshake.
func (l listener) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if !l.door.enter() {
			l.door.options.Refused("connections")
			reset(inner)
			continue
		}
		return &connection{Conn: l.door.behind(inner), door: l.door}, nil
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// behind returns the connection without the PROXY header, if it comes from a balancer.
func (d *Door) behind(inner net.Conn) net.Conn {
	address := addressOf(inner)
	for _, network := range d.options.Balancers {
		if network.Contains(address) {
			return proxyproto.NewConn(inner, proxyproto.WithPolicy(proxyproto.REQUIRE),
				proxyproto.ValidateHeader(secondVersion), proxyproto.SetReadHeaderTimeout(d.options.Header))
		}
	}
	return inner
}

var errVersion = errors.New("the balancer did not send a header of the PROXY protocol, version 2")

func secondVersion(header *proxyproto.Header) error {
	if header.Version != 2 {
		return errVersion
	}
	return nil
}

func (d *Door) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= d.options.Connections {
		return false
	}
	d.open++
	return true
}

// know counts a connection of a peer, and reports whether it may stay. A balancer can send a header
// without an address, as for a socket of its own machine: such connections are not of one peer.
func (d *Door) know(peer netip.Prefix) bool {
	if !peer.IsValid() { // of no peer
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.peers[peer]++
	return d.options.PerPeer == 0 || d.peers[peer] <= d.options.PerPeer
}

func (d *Door) leave(peer netip.Prefix) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if !peer.IsValid() {
		return
	}
	if d.peers[peer]--; d.peers[peer] <= 0 {
		delete(d.peers, peer)
	}
}

// connection counts for its peer from its first read on: only then is the header of a balancer known.
// Read needs no lock, because a connection has one reader.
type connection struct {
	net.Conn
	door *Door

	first sync.Once
	err   error

	last sync.Once
	mu   sync.Mutex // guards peer
	peer netip.Prefix
}

var errPeer = errors.New("too many connections from this peer")

// Read returns an error if the peer has too many connections.
func (c *connection) Read(b []byte) (int, error) {
	c.first.Do(c.pass)
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Read(b)
}

func (c *connection) pass() {
	if behind, ok := c.Conn.(*proxyproto.Conn); ok && behind.ProxyHeader() == nil {
		c.door.options.Refused("header")
		c.err = errVersion
		return
	}
	peer := Peer(addressOf(c.Conn))
	c.mu.Lock()
	c.peer = peer
	c.mu.Unlock()
	if !c.door.know(peer) {
		c.door.options.Refused("peer")
		c.err = errPeer
	}
}

// Close closes the connection. It no longer counts.
func (c *connection) Close() error {
	c.last.Do(func() {
		c.mu.Lock()
		peer := c.peer
		c.mu.Unlock()
		c.door.leave(peer)
	})
	return c.Conn.Close()
}

func addressOf(c net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// Peer returns the network of an address that counts as one peer: an IPv4 address alone, or the /64
// of an IPv6 address, because a customer can use any address of it.
func Peer(address netip.Addr) netip.Prefix {
	address = address.Unmap().WithZone("")
	bits := 64
	if address.Is4() {
		bits = 32
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
