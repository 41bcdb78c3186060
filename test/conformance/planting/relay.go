package planting

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Source is a source of the product, to which a [Relay] passes on.
type Source struct {
	Name  string   // for the report
	URL   *url.URL // its scheme, host and port; without a scheme, the protocol follows from the first bytes
	Trust Trust
}

// Relay passes the traffic between a plugin and a source on, and replaces names in the answers:
// those of HTTP, PostgreSQL, SNMP, and lines of text. It passes on unchanged whatever it does not
// understand, such as SNMP with authentication.
type Relay struct {
	names  *Names
	source Source
	tcp    net.Listener
	udp    net.PacketConn
	ctx    context.Context
	stop   context.CancelFunc
	all    sync.WaitGroup
	web    *http.Server

	transport *http.Transport
	turned    chan net.Conn // connections that speak HTTP
}

// Relay starts to relay connections to the listeners, and closes them with [Relay.Close].
func (n *Names) Relay(source Source, tcp net.Listener, udp net.PacketConn) *Relay {
	r := &Relay{names: n, source: source, tcp: tcp, udp: udp, turned: make(chan net.Conn)}
	n.mu.Lock()
	n.hosts = append(n.hosts, source.URL.Hostname())
	n.mu.Unlock()
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.transport = &http.Transport{DisableCompression: true,
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return r.connect(ready) }}
	r.web = &http.Server{Handler: r.handler(), ReadHeaderTimeout: patience, ConnContext: withSecurity, ErrorLog: quiet}
	r.all.Go(func() { _ = r.web.Serve(turned{r}) }) // until it is closed
	r.all.Go(r.connections)
	r.all.Go(r.datagrams)
	return r
}

// quiet drops messages about connections that a plugin cut off.
var quiet = log.New(io.Discard, "", 0)

// patience is the time limit for a step of a connection's beginning.
const patience = 10 * time.Second

// Close ends the connections, and waits for them.
func (r *Relay) Close() {
	r.stop()
	r.tcp.Close()
	r.udp.Close()
	r.web.Close()
	r.transport.CloseIdleConnections()
	r.all.Wait()
}

func (r *Relay) connections() {
	for {
		conn, err := r.tcp.Accept()
		if err != nil {
			return
		}
		r.all.Go(func() { r.connection(conn) })
	}
}

// connection relays a connection by the protocol of its first bytes.
func (r *Relay) connection(raw net.Conn) {
	defer context.AfterFunc(r.ctx, func() { raw.Close() })()
	c := peek(raw)
	begin := c.begins()
	if begin == tlsHandshake {
		secure := tls.Server(c, r.source.Trust.Server)
		if secure.HandshakeContext(r.ctx) != nil {
			raw.Close()
			return
		}
		c = peek(secure)
		c.secure, begin = true, c.begins()
	}
	switch {
	case r.source.URL.Scheme != "", begin != 0 && strings.ContainsRune("GHPDOC", rune(begin)):
		select {
		case r.turned <- c:
		case <-r.ctx.Done():
		}
	case c.startsPostgreSQL():
		defer c.Close()
		r.postgreSQL(c)
	default:
		defer c.Close()
		r.lines(c)
	}
}

// tlsHandshake is the first byte of a connection with TLS.
const tlsHandshake = 0x16

// peeked is a connection whose first bytes can be read in advance.
type peeked struct {
	net.Conn
	in     *bufio.Reader
	secure bool // by TLS
}

func peek(c net.Conn) *peeked { return &peeked{Conn: c, in: bufio.NewReader(c)} }

func (p *peeked) Read(into []byte) (int, error) { return p.in.Read(into) }

// silence is the time after which a plugin is taken for one that waits for its source to begin.
const silence = 200 * time.Millisecond

// begins returns the first byte, or 0 if there is none.
func (p *peeked) begins() byte {
	_ = p.SetReadDeadline(time.Now().Add(silence))
	defer func() { _ = p.SetReadDeadline(time.Time{}) }()
	first, err := p.in.Peek(1)
	if err != nil {
		return 0
	}
	return first[0]
}

// dial connects to the source.
func (r *Relay) dial(network string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()
	host, port := r.source.URL.Hostname(), r.source.URL.Port()
	if port == "" {
		port = "443"
	}
	return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(host, port))
}

// lines relays any other protocol. An answer that consists of lines of text gets planted names.
func (r *Relay) lines(c *peeked) {
	to, err := r.dial("tcp")
	if c.secure && err == nil {
		to.Close()
		to, err = r.connect(ready)
	}
	if err != nil {
		return
	}
	defer to.Close()
	done := context.AfterFunc(r.ctx, func() { to.Close() })
	defer done()
	r.all.Go(func() {
		_, _ = io.Copy(to, c)
		if half, is := to.(*net.TCPConn); is {
			_ = half.CloseWrite()
		}
	})
	part := make([]byte, 1<<16)
	for {
		size, err := to.Read(part)
		text := part[:size]
		if size > 0 && text[size-1] == '\n' {
			text = r.names.Text(r.place(), text)
		}
		if _, wrong := c.Write(text); err != nil || wrong != nil {
			return
		}
	}
}

func (r *Relay) place() Place { return Place{Source: "source " + r.source.Name} }

// turned gives the connections that speak HTTP to the server.
type turned struct{ r *Relay }

// Accept waits for a connection.
func (t turned) Accept() (net.Conn, error) {
	select {
	case c := <-t.r.turned:
		return c, nil
	case <-t.r.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close does nothing: [Relay.Close] ends Accept.
func (t turned) Close() error { return nil }

// Addr returns the address of the relay.
func (t turned) Addr() net.Addr { return t.r.tcp.Addr() }

// datagrams relays each client over a socket of its own.
func (r *Relay) datagrams() {
	clients := map[string]net.Conn{}
	part := make([]byte, 1<<16)
	for {
		size, from, err := r.udp.ReadFrom(part)
		if errors.Is(err, net.ErrClosed) || r.ctx.Err() != nil {
			return
		}
		if err != nil {
			continue // such as an answer that a client no longer waited for
		}
		to := clients[from.String()]
		if to == nil {
			if to, err = r.dial("udp"); err != nil {
				continue
			}
			clients[from.String()] = to
			context.AfterFunc(r.ctx, func() { to.Close() })
			r.all.Go(func() { r.answers(to, from) })
		}
		_, _ = to.Write(part[:size])
	}
}

func (r *Relay) answers(from net.Conn, to net.Addr) {
	part := make([]byte, 1<<16)
	for {
		size, err := from.Read(part)
		if errors.Is(err, net.ErrClosed) || r.ctx.Err() != nil {
			return
		}
		if err == nil {
			_, _ = r.udp.WriteTo(r.names.SNMP(r.place(), part[:size]), to)
		}
	}
}
