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
// servers said that there is no such name, or nothing at all (DNS-1). It is asked through the
// gate like everyone. What it says is an address to try: who answers there is for TLS to verify.
type Fallback struct {
	// Name is the one name: the collection point's own, with a dot in it. No other one is
	// ever asked for, and no name below it.
	Name string
	// Server is the name server's address; it is asked at port 53. The zero value is none.
	Server netip.Addr
	// Told learns each time that the server was asked, with which outcome; nil for nobody.
	Told func(Asked)
}

// Asked is how the fallback name server answered. It holds no address.
type Asked string

// The outcomes of asking.
const (
	Found     Asked = "it knows an address"
	NotFound  Asked = "it knows no such name either"
	Silent    Asked = "it did not answer"
	Unusable  Asked = "it gave no usable answer"
	BrokenOff Asked = "the question was broken off"
)

const (
	// fallbackTries and fallbackWait bound how often a datagram is sent and how long an
	// answer, to a datagram or on a connection, is waited for.
	fallbackTries = 2
	fallbackWait  = 3 * time.Second
	// maxMessage bounds a message on a connection, in bytes: beyond it no answer to our
	// question is honest, and each byte is the hour's.
	maxMessage = 4 << 10
	// maxStrays is how many datagrams that do not answer are passed over.
	maxStrays = 4
)

// isFor reports whether this name, as it was asked for, is the fallback's.
func (f Fallback) isFor(host string) bool {
	bare := strings.TrimSuffix(host, ".")
	return f.Server.IsValid() && strings.Contains(bare, ".") && strings.EqualFold(bare, strings.TrimSuffix(f.Name, "."))
}

// ask asks for the addresses of both families, those of the server's own family first: that one
// is known to work here. local is what the local look-up came to.
func (f Fallback) ask(ctx context.Context, g *Gate, local error) ([]string, error) {
	if _, err := g.allow(g.under(ctx), ""); err != nil {
		return nil, err // nobody was asked yet
	}
	var found []string
	outcome := NotFound
	for _, family := range f.families() {
		addresses, err := f.askFor(ctx, g, family)
		if refused(err) || ctx.Err() != nil {
			f.tell(BrokenOff)
			return nil, errors.Join(err, context.Cause(ctx))
		}
		found = append(found, addresses...)
		outcome = came(found, err)
		if err != nil && !errors.Is(err, errNoAddress) {
			break // it would say the same of the other family
		}
	}
	f.tell(outcome)
	if len(found) == 0 {
		return nil, local
	}
	return found, nil
}

func came(found []string, err error) Asked {
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

func (f Fallback) tell(outcome Asked) {
	if f.Told != nil {
		f.Told(outcome)
	}
}

func (f Fallback) families() []dnsmessage.Type {
	if f.Server.Unmap().Is6() {
		return []dnsmessage.Type{dnsmessage.TypeAAAA, dnsmessage.TypeA}
	}
	return []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA}
}

// askFor sends datagrams, and asks once more on a connection where the answer did not fit.
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
