package upload

import (
	"crypto/tls"
	"sync"
)

// session is the last TLS session, in memory only, with what was asked for in the handshake that began it: one that is
// resumed does not ask again, and the collection point judges by what it was shown then.
type session struct {
	mu    sync.Mutex
	state *tls.ClientSessionState // nil: none
	asked question
}

// forget makes the next handshake a whole one. The collection point may go by the certificate that was shown when the
// session began, or not know the session well: it shall see the one that there is by then.
func (s *session) forget() { s.keep(nil, unasked) }

func (s *session) keep(state *tls.ClientSessionState, asked question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.asked = state, asked
}

// cache lets one connection take the session up, and keep it on.
type cache struct {
	session  *session
	identity *identity
}

// Get implements [tls.ClientSessionCache]. There is one collection point, and so no key.
func (c cache) Get(string) (*tls.ClientSessionState, bool) {
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	c.identity.before = c.session.asked
	return c.session.state, c.session.state != nil
}

// Put implements [tls.ClientSessionCache]; nil after a handshake that failed. A session is given to
// the one that passed.
func (c cache) Put(_ string, state *tls.ClientSessionState) {
	c.identity.taken = c.identity.taken || state != nil
	c.session.keep(state, c.identity.question())
}
