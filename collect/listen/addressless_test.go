package listen

import (
	"net"
	"net/netip"
	"testing"

	"github.com/pires/go-proxyproto"
)

// waiting is a listener with one connection.
type waiting struct {
	net.Listener
	c net.Conn
}

func (w waiting) Accept() (net.Conn, error) { return w.c, nil }

// addressed is a connection with a remote address.
type addressed struct {
	net.Conn
	remote net.Addr
}

func (a addressed) RemoteAddr() net.Addr { return a.remote }

// COLL-1: connections whose balancer tells no address are taken, however many came before.
func TestHeadersWithoutAddress(t *testing.T) {
	socket := &net.UnixAddr{Net: "unix", Name: "/run/x"}
	for name, header := range map[string]*proxyproto.Header{
		"unix": {
			Version: 2, Command: proxyproto.PROXY, TransportProtocol: proxyproto.UnixStream,
			SourceAddr: socket, DestinationAddr: socket,
		},
		"local": {Version: 2, Command: proxyproto.LOCAL, TransportProtocol: proxyproto.UNSPEC},
	} {
		door := New(Options{
			Balancers: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Connections: 2, PerPeer: 2,
			Refused: func(reason string) { t.Errorf("%s: refused: %s", name, reason) },
		})
		for range 5 {
			near, far := net.Pipe()
			go func() {
				_, _ = header.WriteTo(near)
				_, _ = near.Write([]byte("x"))
				_ = near.Close()
			}()
			balancer := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 5}
			c, err := door.Listener(waiting{c: addressed{far, balancer}}).Accept()
			if err != nil {
				t.Fatal(err)
			}
			if n, err := c.Read(make([]byte, 1)); n != 1 || err != nil {
				t.Errorf("%s: %d %v", name, n, err)
			}
			_ = c.Close()
		}
		if len(door.peers) != 0 || door.Open() != 0 {
			t.Errorf("%s: %d connections and %d peers are left", name, door.Open(), len(door.peers))
		}
	}
}
