package gate

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// attempt is how long one address of several is given to answer.
const attempt = 5 * time.Second

// DialContext opens a connection through the gate, and looks the name up through it too. It
// has the form that http.Transport and its like take.
func (g *Gate) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	addresses, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var first error
	for i, a := range addresses {
		conn, err := g.try(ctx, network, net.JoinHostPort(a, port), i == len(addresses)-1)
		if err == nil {
			return conn, nil
		}
		if refused(err) {
			return nil, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// try connects to one address; only the last one may take all the time there is.
func (g *Gate) try(ctx context.Context, network, address string, last bool) (net.Conn, error) {
	if !last {
		bounded, cancel := context.WithTimeout(ctx, attempt)
		defer cancel()
		ctx = bounded
	}
	return g.connect(ctx, network, address, nil)
}

// connect opens a connection to an address and puts the gate around it. It is refused before
// anything happens where the gate is closed, and broken off when it closes meanwhile.
func (g *Gate) connect(ctx context.Context, network, address string, told func(error)) (net.Conn, error) {
	l, err := g.allow(g.under(ctx), "")
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // nothing is booked for a caller who has left
	}
	account := newLedger(g, l)
	stream := strings.HasPrefix(network, "tcp")
	if stream {
		if err := account.book(0, maxFlight+synTries*setUp); err != nil {
			return nil, err
		}
	}
	if l, err = g.allow(l.under, l.hour); err != nil { // the disk may have kept us waiting
		account.end(0, 0)
		return nil, err
	}
	from := time.Now()
	raw, err := g.dialWhileOpen(ctx, l, network, address)
	if err != nil {
		if stream {
			account.failed(time.Since(from))
		}
		return nil, err
	}
	return g.wrap(raw, account, told)
}

// dialWhileOpen dials under a context that ends when the gate closes: the kernel would repeat
// its request for a connection for minutes.
func (g *Gate) dialWhileOpen(ctx context.Context, l leave, network, address string) (net.Conn, error) {
	ctx, stop := context.WithTimeoutCause(ctx, l.left, refusal{ErrClosed})
	defer stop()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go g.watch(ctx.Done(), l, end)
	dial := g.Dial
	if dial == nil {
		dial = dialer().DialContext
	}
	raw, err := dial(ctx, network, address)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return raw, err
}

// dialer takes nothing from the environment: with several paths, TCP would not count on each.
func dialer() *net.Dialer {
	d := &net.Dialer{KeepAlive: -1, ControlContext: quiet}
	d.SetMultipathTCP(false)
	return d
}

// resolve finds the addresses of host, through the gate where it takes name servers.
func (g *Gate) resolve(ctx context.Context, host string) ([]string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return []string{host}, nil
	}
	if _, err := g.allow(g.under(ctx), ""); err != nil {
		return nil, err
	}
	l := &lookup{gate: g}
	addresses, err := l.ask(ctx, host)
	if why := l.refusal(); err != nil && why != nil {
		return nil, why
	}
	if err == nil || ctx.Err() != nil || !l.unanswered(err) || !g.Fallback.isFor(host) {
		return addresses, err
	}
	return g.Fallback.ask(ctx, g, err)
}

// absolute keeps the resolver from asking for the name below the customer's search domains.
func absolute(host string) string {
	if strings.Contains(host, ".") && !strings.HasSuffix(host, ".") {
		return host + "."
	}
	return host
}
