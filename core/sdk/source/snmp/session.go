package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// session holds everything that a request needs. It belongs to the goroutine that has the turn.
type session struct {
	host   string // as configured
	port   uint16
	client *gosnmp.GoSNMP // without a logger, which would log values and passphrases
}

// requestFunc is one request of the library.
type requestFunc func(*gosnmp.GoSNMP) (*gosnmp.SnmpPacket, error)

var errCrashed = fmt.Errorf("%w: the decoder crashed", sdk.NotAvailable(sdk.Malformed))

// send makes a request over its own socket, so that nothing remains after the request and no late
// answer is taken for the next one. The client keeps the engine parameters of a version 3 agent.
func (s *session) send(ctx context.Context, admit func() error, request requestFunc) (answer *gosnmp.SnmpPacket,
	c *conn, err error) {
	c = &conn{admit: admit}
	defer func() {
		if recover() != nil { // a decoder of untrusted bytes may panic: only this request fails
			answer, err = nil, errCrashed
		}
	}()
	if err := s.resolve(ctx); err != nil {
		return nil, c, err
	}
	s.client.Context = ctx
	if err := s.client.Connect(); err != nil {
		return nil, c, err
	}
	c.Conn, s.client.Conn = s.client.Conn, c
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if answer, err = request(s.client); err != nil {
		return nil, c, errors.Join(ctx.Err(), err)
	}
	if err := s.check(c.last, answer); err != nil {
		return nil, c, err
	}
	return answer, c, nil
}

// resolve looks up the agent's name once.
func (s *session) resolve(ctx context.Context) error {
	if s.client.Target != "" {
		return nil
	}
	found := []netip.Addr{{}}
	var err error
	if found[0], err = netip.ParseAddr(s.host); err != nil {
		if found, err = net.DefaultResolver.LookupNetIP(ctx, "ip", s.host); err != nil {
			return err
		}
	}
	s.client.Target, s.client.Port = preferred(found).String(), s.port
	return nil
}

// preferred returns an IPv4 address if there is one: agents listen on IPv4 unless they are
// configured otherwise.
func preferred(found []netip.Addr) netip.Addr {
	first := max(0, slices.IndexFunc(found, func(a netip.Addr) bool { return a.Unmap().Is4() }))
	return found[first].Unmap()
}
