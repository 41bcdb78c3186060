package gate

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// attemptTimeout is how long one address of several may take to answer.
const attemptTimeout = 5 * time.Second

// DialContext looks a name up and opens a connection, both through the gate. It has the signature
// that [http.Transport] takes.
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

// try connects to one address; only the last address may take all the remaining time.
func (g *Gate) try(ctx context.Context, network, address string, last bool) (net.Conn, error) {
	if !last {
		bounded, cancel := context.WithTimeout(ctx, attemptTimeout)
		defer cancel()
		ctx = bounded
	}
	return g.connect(ctx, network, address, nil)
}

// connect opens a connection to an address and puts the gate around it. If the gate is closed,
// connect refuses before anything happens; if the gate closes meanwhile, it breaks the attempt off.
func (g *Gate) connect(ctx context.Context, network, address string, onRefusal func(error)) (net.Conn, error) {
	p, err := g.allow(g.under(ctx), "")
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // nothing is booked for a caller that has given up
	}
	account := newLedger(g, p)
	stream := strings.HasPrefix(network, "tcp")
	if stream {
		if err := account.book(0, maxFlight+synTries*setUp); err != nil {
			return nil, err
		}
	}
	if p, err = g.allow(p.under, p.hour); err != nil { // booking may have waited for the disk
		account.end(0, 0)
		return nil, err
	}
	from := time.Now()
	raw, err := g.dialWhileOpen(ctx, p, network, address)
	if err != nil {
		if stream {
			account.failed(time.Since(from))
		}
		return nil, err
	}
	return g.wrap(raw, account, onRefusal)
}

// dialWhileOpen dials under a context that ends when the gate closes, because the kernel would
// repeat its SYN for minutes.
func (g *Gate) dialWhileOpen(ctx context.Context, p permit, network, address string) (net.Conn, error) {
	ctx, stop := context.WithTimeoutCause(ctx, p.left, refusal{ErrClosed})
	defer stop()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go g.watch(ctx.Done(), p, end)
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

// dialer ignores the environment, and turns multipath TCP off: with several paths, the kernel's
// count would not include each of them.
func dialer() *net.Dialer {
	d := &net.Dialer{KeepAlive: -1, ControlContext: setSocketOptions}
	d.SetMultipathTCP(false)
	return d
}

// resolve finds the addresses of host, through the gate if that takes a name server.
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

// fullyQualified keeps the resolver from trying the name under the customer's search domains.
func fullyQualified(host string) string {
	if strings.Contains(host, ".") && !strings.HasSuffix(host, ".") {
		return host + "."
	}
	return host
}
