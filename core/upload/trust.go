package upload

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// tls returns a configuration of TLS 1.2 or newer, verified, for this host.
func (s *Sender) tls(identity *identity) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS12,
		RootCAs:              s.config.Roots,
		ServerName:           s.config.Host,
		NextProtos:           []string{"http/1.1"},
		ClientSessionCache:   cache{&s.session, identity},
		GetClientCertificate: identity.clientCertificate,
		// Of the two hooks for additional verification, only this one is also called for a resumed
		// session.
		VerifyConnection: func(state tls.ConnectionState) error {
			identity.resumed = state.DidResume
			return s.verify(state)
		},
	}
}

// errNoAuthorities means that this system trusts no authority, and that no others are configured.
var errNoAuthorities = errors.New("this system trusts no certificate authorities, and no others are configured")

// HasAuthorities returns an error with a hint if the pool of the system's authorities, as
// [x509.SystemCertPool] returns it, is empty or could not be loaded (S16).
func HasAuthorities(system *x509.CertPool, err error) error {
	if err == nil && system.Equal(x509.NewCertPool()) {
		err = errNoAuthorities
	}
	if err != nil {
		return usage.WithHint(err, hintAuthorities)
	}
	return nil
}

// withMissingAuthorities adds [errNoAuthorities] to a failed handshake if that is the cause.
func (s *Sender) withMissingAuthorities(err error) error {
	unknown := errors.As(err, &x509.UnknownAuthorityError{}) || errors.As(err, &x509.SystemRootsError{})
	if unknown && s.config.Roots == nil {
		return errors.Join(HasAuthorities(x509.SystemCertPool()), err)
	}
	return err
}

// verify is called after the verification in crypto/tls, and never replaces it. A resumed session
// shows no certificate, so the certificate of its first handshake is verified again, with today's
// roots and date.
func (s *Sender) verify(state tls.ConnectionState) error {
	chains := state.VerifiedChains
	if state.DidResume {
		anew, err := s.chains(state.PeerCertificates)
		if err != nil {
			return err
		}
		chains = anew
	}
	if !s.pinned(chains) {
		return errNoPinnedKey
	}
	return nil
}

func (s *Sender) chains(shown []*x509.Certificate) ([][]*x509.Certificate, error) {
	if len(shown) == 0 {
		return nil, errors.New("the session has no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range shown[1:] {
		between.AddCert(c)
	}
	return shown[0].Verify(x509.VerifyOptions{DNSName: s.config.Host, Roots: s.config.Roots, Intermediates: between})
}

// errNoPinnedKey means that the chain is verified but has no pinned key.
var errNoPinnedKey = errors.New("no pinned key")

// pinned reports whether one key of a verified chain, the server's own or an authority's, is among
// the pins (RFC 7469, section 2.6). Certificates that were shown but are not part of the chain do
// not count, because anyone can show those.
func (s *Sender) pinned(chains [][]*x509.Certificate) bool {
	if len(s.pins) == 0 {
		return true
	}
	return slices.ContainsFunc(slices.Concat(chains...), func(c *x509.Certificate) bool {
		return slices.Contains(s.pins, profile.PinOf(c))
	})
}
