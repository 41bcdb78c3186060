package gate

import (
	"context"
	"errors"
	"net"
	"sync"
)

// lookup remembers what happened while the local name servers were asked for one name: the
// gate's refusals, and whether anyone answered.
type lookup struct {
	gate *Gate

	mu    sync.Mutex
	why   error // the refusal
	asked bool  // there was a server to ask
	heard bool  // one of them said something
}

func (l *lookup) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.note(func() { l.asked = true })
	conn, err := l.gate.connect(ctx, network, address, l.refused)
	if refused(err) {
		l.refused(err)
	}
	if datagrams, ok := conn.(packets); ok {
		return heardPackets{datagrams, l}, err
	}
	if err != nil {
		return nil, err
	}
	return heardConn{conn, l}, nil
}

func (l *lookup) refused(why error) { l.note(func() { l.why = why }) }

func (l *lookup) note(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *lookup) refusal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

// unanswered reports whether the local name servers said that there is no such name, or said
// nothing (DNS-1). A server that answers with a failure has answered: behind SERVFAIL may stand
// a signature that it found wrong, and to ask elsewhere would go around its check. Where no
// server was asked, because the name is looked for in files only, nobody was silent either.
func (l *lookup) unanswered(err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var dns *net.DNSError
	if !errors.As(err, &dns) || !l.asked {
		return false
	}
	return dns.IsNotFound || !l.heard
}

// heardConn and heardPackets tell the lookup that something came. The resolver knows a
// datagram socket by its methods, so there are two.
type heardConn struct {
	net.Conn
	by *lookup
}

func (c heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.by.listen(n, err)
}

type heardPackets struct {
	packets
	by *lookup
}

func (c heardPackets) Read(p []byte) (int, error) {
	n, err := c.packets.Read(p)
	return n, c.by.listen(n, err)
}

func (c heardPackets) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := c.packets.ReadFrom(p)
	return n, from, c.by.listen(n, err)
}

func (l *lookup) listen(n int, err error) error {
	if n > 0 {
		l.note(func() { l.heard = true })
	}
	return err
}
