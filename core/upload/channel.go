package upload

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"time"
)

// channel is a connection after the handshake. Closing it also closes the connection below.
type channel struct {
	*tls.Conn
	below    *lowerConn
	identity *identity
	used     bool // it has carried an answer
}

// secure connects and performs the TLS handshake.
func (s *Sender) secure(ctx context.Context) (*channel, error) {
	below, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	identity := &identity{read: s.config.Certificate}
	c := &channel{Conn: tls.Client(below, s.tls(identity)), below: below, identity: identity}
	if err := c.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, explain(ctx, handshaking, identity.judge(s.withMissingAuthorities(err)), below.firstError())
	}
	identity.accepted = identity.accepted || c.ConnectionState().Version < tls.VersionTLS13
	return c, nil
}

// errAbandoned means that the collection point has ended a connection between two documents. The
// second one is sent over a new connection.
var errAbandoned = errors.New("the collection point has ended the connection between two documents")

// exchange sends a request and reads the answer. A server that ends a connection for its own reasons
// may do so while a further request is on its way to it, and may say so with 408.
func (c *channel) exchange(request []byte) (reply, error) {
	// A collection point may answer before it has read everything, and hang up. Its answer counts,
	// or else its alert; a failed write counts only if there is neither.
	_, writeErr := c.Write(request)
	r, err := readAnswer(c)
	if c.used && (r.code == http.StatusRequestTimeout || !r.begun && hungUp(err)) {
		return reply{}, errAbandoned
	}
	if err != nil {
		return reply{}, errors.Join(err, writeErr)
	}
	c.used, r.request = true, c.identity.currentRequest()
	return r, nil
}

// glance is how long [channel.resume] looks for a message that nobody has asked for.
const glance = 5 * time.Millisecond

// resume prepares a connection that has waited for the next request, under ctx. It reports whether
// the connection can be used: the other side has neither ended it nor sent anything after its
// answer, which would be taken for the answer to the next request.
func (c *channel) resume(ctx context.Context) bool {
	c.identity.accepted = true // a document was accepted over this connection
	c.below.follow(ctx)
	_ = c.SetReadDeadline(time.Now().Add(glance))
	n, err := c.Read(make([]byte, 1))
	if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	return c.below.forget() == nil && ctx.Err() == nil // in this order: the end of ctx sets the deadline, too
}
