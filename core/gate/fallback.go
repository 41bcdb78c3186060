package gate

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Fallback is a name server that is asked for one name, and only after the appliance's own name
// servers said that the name does not exist, or did not answer (DNS-1). It is asked through the
// gate like any other server. Its answer is only an address to try: TLS verifies the server at that
// address.
type Fallback struct {
	// Name is the collection point's own name, with a dot in it. The fallback is never asked for
	// any other name, nor for a name below it.
	Name string
	// Server is the name server's address; it is asked at port 53. The zero value means no server.
	Server netip.Addr
	// Report is called with the outcome each time the server was asked; it may be nil.
	Report func(FallbackResult)
}

// FallbackResult is how the fallback name server answered. It holds no address.
type FallbackResult string

// The outcomes of asking.
const (
	Found    FallbackResult = "it knows an address"
	NotFound FallbackResult = "it does not know the name either"
	Silent   FallbackResult = "it did not answer"
	Unusable FallbackResult = "it gave no usable answer"
	Canceled FallbackResult = "the look-up was canceled"
)

const (
	// fallbackTries is how often a datagram is sent, and fallbackWait how long we wait for an
	// answer, to a datagram or on a connection.
	fallbackTries = 2
	fallbackWait  = 3 * time.Second
	// maxMessage bounds a message on a connection, in bytes: no honest answer to our question is
	// longer, and each byte is charged to the hour.
	maxMessage = 4 << 10
	// maxIgnored is how many datagrams that do not answer the question are ignored.
	maxIgnored = 4
)

// isFor reports whether this name, as the caller gave it, is the fallback's.
func (f Fallback) isFor(host string) bool {
	bare := strings.TrimSuffix(host, ".")
	return f.Server.IsValid() && strings.Contains(bare, ".") && strings.EqualFold(bare, strings.TrimSuffix(f.Name, "."))
}

// ask asks for the addresses of both families, starting with the server's own, because that family
// is known to work here. local is the error of the local look-up.
func (f Fallback) ask(ctx context.Context, g *Gate, local error) ([]string, error) {
	if _, err := g.allow(g.under(ctx), ""); err != nil {
		return nil, err // the server was not asked yet
	}
	var found []string
	outcome := NotFound
	for _, family := range f.families() {
		addresses, err := f.askFor(ctx, g, family)
		if refused(err) || ctx.Err() != nil {
			f.report(Canceled)
			return nil, errors.Join(err, context.Cause(ctx))
		}
		found = append(found, addresses...)
		outcome = resultOf(found, err)
		if err != nil && !errors.Is(err, errNoAddress) {
			break // its answer for the other family would be the same
		}
	}
	f.report(outcome)
	if len(found) == 0 {
		return nil, local
	}
	return found, nil
}

func resultOf(found []string, err error) FallbackResult {
	var network net.Error
	switch {
	case len(found) > 0:
		return Found
	case errors.Is(err, errNoSuchName), errors.Is(err, errNoAddress):
		return NotFound
	case errors.As(err, &network):
		return Silent
	}
	return Unusable
}

func (f Fallback) report(outcome FallbackResult) {
	if f.Report != nil {
		f.Report(outcome)
	}
}

func (f Fallback) families() []dnsmessage.Type {
	if f.Server.Unmap().Is6() {
		return []dnsmessage.Type{dnsmessage.TypeAAAA, dnsmessage.TypeA}
	}
	return []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}
}

// askFor sends datagrams, and asks once more on a connection if the answer did not fit.
func (f Fallback) askFor(ctx context.Context, g *Gate, family dnsmessage.Type) (found []string, err error) {
	q, err := newQuestion(f.Name, family)
	if err != nil {
		return nil, err
	}
	for range fallbackTries {
		found, err = f.exchange(ctx, g, "udp", q)
		if !isTimeout(err) || ctx.Err() != nil {
			break
		}
	}
	if errors.Is(err, errTruncated) {
		return f.exchange(ctx, g, "tcp", q)
	}
	return found, err
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}
