package upload

import (
	"crypto/tls"
	"sync"
)

// session is the last TLS session, in memory only, with the question of its first handshake: a
// resumed session does not ask again, and the collection point judges it by the certificate it was
// shown then.
type session struct {
	mu      sync.Mutex
	state   *tls.ClientSessionState // nil if there is no session
	request certificateRequest
}

// forget makes the next handshake a full one. The collection point may judge by the certificate
// that was shown when the session began, or may no longer know the session; a full handshake shows
// it the current certificate.
func (s *session) forget() { s.keep(nil, notRequested) }

func (s *session) keep(state *tls.ClientSessionState, asked certificateRequest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.request = state, asked
}

// cache lets one connection resume the session and replace it.
type cache struct {
	session  *session
	identity *identity
}

// Get implements [tls.ClientSessionCache]. It ignores the key, because there is only one collection
// point.
func (c cache) Get(string) (*tls.ClientSessionState, bool) {
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	c.identity.requestBefore = c.session.request
	return c.session.state, c.session.state != nil
}

// Put implements [tls.ClientSessionCache]; state is nil after a failed handshake. A collection
// point issues a session only to a client that it accepted.
func (c cache) Put(_ string, state *tls.ClientSessionState) {
	c.identity.accepted = c.identity.accepted || state != nil
	c.session.keep(state, c.identity.currentRequest())
}
