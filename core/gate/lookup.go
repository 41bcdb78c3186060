package gate

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	// localWait bounds the time for which the local name servers are asked for a name. It is the
	// time that glibc needs by default for three silent servers. Longer times in resolv.conf would
	// leave no time for the fallback name server and the upload.
	localWait = 30 * time.Second
	// maxQuestions bounds the questions that are sent for a name. It is glibc's bound: three
	// servers, five attempts, two families. Go's resolver has no bound: with `attempts:1000`, a
	// server that refuses would use up the hour's bytes.
	maxQuestions = 30
)

var errTooManyQuestions = errors.New("the name servers were asked too often")

// lookup asks the local name servers for one name, following resolv.conf, nsswitch.conf and hosts
// as glibc does: Go's resolver reads them, and a setting in go.mod keeps it from sending an OPT
// record. lookup records the gate's refusals and the kinds of answers.
type lookup struct {
	gate *Gate

	mu     sync.Mutex
	why    error                    // the refusal
	asked  int                      // questions
	heard  bool                     // a server answered something
	failed map[dnsmessage.Type]bool // by family: whether the last answer was a failure
}

// ask returns the addresses of host. The resolver keeps only the text of the gate's errors, so the
// caller must also ask refusal.
func (l *lookup) ask(ctx context.Context, host string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, localWait)
	defer cancel()
	resolver := net.Resolver{PreferGo: true, Dial: l.dial}
	return resolver.LookupHost(ctx, fullyQualified(host))
}

// dial fails after too many questions. The resolver then goes on to the end of its attempts without
// sending anything.
func (l *lookup) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if l.count() > maxQuestions {
		return nil, errTooManyQuestions
	}
	conn, err := l.gate.connect(ctx, network, address, l.refused)
	if refused(err) {
		l.refused(err)
	}
	if datagrams, ok := conn.(packets); ok {
		return tapPackets{datagrams, l}, err
	}
	if err != nil {
		return nil, err
	}
	return &tapConn{conn, l, 2 + maxMessage}, nil
}

func (l *lookup) count() (asked int) {
	l.note(func() { l.asked++; asked = l.asked })
	return asked
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

// unanswered reports whether the local name servers said that the name does not exist, or did not
// answer (DNS-1). A server that answers with a failure, for either family, has answered: SERVFAIL
// may mean that it found a signature wrong, and asking elsewhere would bypass its check. If no
// server was asked, because the name is looked up in files only, unanswered returns false too.
func (l *lookup) unanswered(err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var dns *net.DNSError
	if !errors.As(err, &dns) || l.asked == 0 || slices.Contains(slices.Collect(maps.Values(l.failed)), true) {
		return false
	}
	return dns.IsNotFound || !l.heard
}

// listen records the kind of an answer.
func (l *lookup) listen(message []byte) {
	if len(message) == 0 {
		return
	}
	var p dnsmessage.Parser
	header, err := p.Start(message)
	q, unasked := p.Question()
	l.note(func() {
		l.heard = true
		if err != nil || unasked != nil || !header.Response {
			return // a length, or not an answer
		}
		if l.failed == nil {
			l.failed = map[dnsmessage.Type]bool{}
		}
		l.failed[q.Type] = header.RCode != dnsmessage.RCodeSuccess && header.RCode != dnsmessage.RCodeNameError
	})
}

// tapConn and tapPackets pass the bytes that they read to the lookup. There are two because the
// resolver recognizes a datagram socket by its methods.
type tapConn struct {
	net.Conn
	lookup *lookup
	left   int // bytes that an answer may still have
}

func (c *tapConn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errUnusable
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	c.lookup.listen(p[:n])
	return n, err
}

type tapPackets struct {
	packets
	lookup *lookup
}

func (c tapPackets) Read(p []byte) (int, error) {
	n, err := c.packets.Read(p)
	c.lookup.listen(p[:n])
	return n, err
}

func (c tapPackets) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := c.packets.ReadFrom(p)
	c.lookup.listen(p[:n])
	return n, from, err
}
