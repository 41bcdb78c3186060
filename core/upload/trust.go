package upload

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"

	"polycom.com/usagedata/core/profile"
)

// tls is TLS 1.2 or newer, verified, for this host.
func (s *Sender) tls(identity *identity) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS12,
		RootCAs:              s.config.Roots,
		ServerName:           s.config.Host,
		NextProtos:           []string{"http/1.1"},
		ClientSessionCache:   s.sessions,
		GetClientCertificate: identity.give,
		// Of the two hooks for more verification, only this one is called for a resumed session too.
		VerifyConnection: s.verify,
	}
}

// verify comes after the verification that crypto/tls does, and never instead of it. A session
// that is resumed shows no certificate: the one of its beginning is held against the roots once
// more, at today's date.
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
		return errUnpinned
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

// errUnpinned says that the chain is verified and holds none of the pinned keys.
var errUnpinned = errors.New("no pinned key")

// pinned is RFC 7469, section 2.6: one key of a verified chain, be it the server's own or an
// authority's, is one of the pins. Certificates that were shown and are not part of the chain do
// not count: anyone can show those.
func (s *Sender) pinned(chains [][]*x509.Certificate) bool {
	if len(s.pins) == 0 {
		return true
	}
	return slices.ContainsFunc(slices.Concat(chains...), func(c *x509.Certificate) bool {
		return slices.Contains(s.pins, profile.PinOf(c))
	})
}

// identity is this appliance's own certificate in one handshake. It is read when the collection
// point asks, after that one has been verified.
type identity struct {
	read  func() (*tls.Certificate, error)
	asked bool
	given bool
}

func (i *identity) give(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	i.asked = true
	if i.read == nil {
		return &tls.Certificate{}, nil // says that there is none
	}
	certificate, err := i.read()
	if err != nil {
		return nil, ourError{err}
	}
	i.given = true
	return certificate, nil
}

// The collection point did not take what give gave it. In TLS 1.3 it says so after the
// handshake, as far as the client is concerned.
var (
	errNoIdentity  = errors.New("a certificate of this appliance is wanted")
	errBadIdentity = errors.New("the certificate of this appliance is refused")
)

// judge finds an alert that is about the certificate.
func (i *identity) judge(err error) error {
	var remote *net.OpError
	if err == nil || !i.asked || !errors.As(err, &remote) || remote.Op != remoteAlert {
		return err
	}
	if i.given {
		return errors.Join(errBadIdentity, err)
	}
	return errors.Join(errNoIdentity, err)
}

// remoteAlert is how crypto/tls names an alert of the other side.
const remoteAlert = "remote error"
