package upload

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"net/http"
	"slices"
	"testing"
)

// shows makes the sender present this certificate.
func shows(c tls.Certificate) func() (*tls.Certificate, error) {
	return func() (*tls.Certificate, error) { return &c, nil }
}

// T15: a collection point asked for a certificate and reset the connection, and its alert was lost
// or there was none. The error names the likely reason, but not if the collection point had
// accepted the certificate, and not if it did not ask.
func TestEndAfterTheCertificateRequest(t *testing.T) {
	own, err := newCA(t).IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	const plain = "the connection ended before the answer was complete"
	for name, c := range map[string]struct {
		version uint16
		asks    tls.ClientAuthType
		tickets bool // it gives a session, which shows that it accepted the certificate
		shows   func() (*tls.Certificate, error)
		want    string
	}{
		"none": {tls.VersionTLS13, tls.RequestClientCert, false, nil,
			"asked for a certificate, which this appliance does not have, and then ended the connection"},
		"one": {tls.VersionTLS13, tls.RequestClientCert, false, shows(own),
			"asked for this appliance's certificate and then ended the connection"},
		"taken":          {tls.VersionTLS13, tls.RequestClientCert, true, shows(own), plain},
		"taken, TLS 1.2": {tls.VersionTLS12, tls.RequestClientCert, false, shows(own), plain},
		"not asked":      {tls.VersionTLS13, tls.NoClientCert, false, shows(own), plain},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthority(t)
			how := &tls.Config{Certificates: []tls.Certificate{a.issue(t, &x509.Certificate{DNSNames: []string{host}})},
				MaxVersion: c.version, ClientAuth: c.asks, SessionTicketsDisabled: !c.tickets}
			config := listen(t, func(raw net.Conn) {
				_ = tls.Server(raw, how).Handshake()
				_ = raw.(*net.TCPConn).SetLinger(0)
			})
			config.Roots, config.Certificate = a.pool(), c.shows
			wantError(t, send(t, config), c.want, "")
		})
	}
}

// If the alert says why a certificate is refused, the error does too, in our own words.
func TestReasonOfARefusedCertificate(t *testing.T) {
	clients := newCA(t)
	for want, issue := range map[string]func() (tls.Certificate, error){
		"its authority is not trusted there": func() (tls.Certificate, error) {
			return newCA(t).IssueClient("appliance")
		},
		"it is expired by the server's clock": func() (tls.Certificate, error) {
			return clients.IssueExpired("appliance")
		},
	} {
		own, err := issue()
		if err != nil {
			t.Fatal(err)
		}
		c := startTLS(t, accept, &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool()})
		c.Certificate = shows(own)
		wantError(t, send(t, c), "refused the certificate of this appliance: "+want, "collection_point.certificate")
	}
}

// A key of a type that is no longer accepted is reported as such, before the certificate is sent.
func TestUnacceptedKeyType(t *testing.T) {
	a := newAuthority(t)
	key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	own := a.issue(t, &x509.Certificate{})
	own.PrivateKey = key
	c := startTLS(t, accept, &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS13})
	c.Certificate = shows(own)
	wantError(t, send(t, c), "the collection point does not accept the type of key", "collection_point.key")
}

// T16: 400, 401 and 403 are not about the document if a certificate was asked for, in this session
// or in the one that it resumes. After one of them, and after an end without an answer, no session
// is resumed: the next handshake presents the certificate that is there by then.
func TestAnswersAfterTheCertificateRequest(t *testing.T) {
	own, err := newCA(t).IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	const wants = ": the collection point probably requires a certificate"
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for code, want := range map[int]string{400: "400 Bad Request" + wants, 401: "401 Unauthorized" + wants,
			403: "403 Forbidden" + wants, hangUp: "the connection ended before the answer was complete"} {
			p := &recordingServer{answers: []int{201, code, 201}}
			s, err := New(startTLS(t, p.answer, &tls.Config{ClientAuth: tls.RequestClientCert, MaxVersion: version}))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Send(t.Context(), id, document, false); err != nil {
				t.Fatal(err)
			}
			err = s.Send(t.Context(), id, document, false)
			wantError(t, err, want, "")
			if code != hangUp && !errors.Is(err, ErrRefusedForNow) {
				t.Errorf("%d: got %v, want %v", code, err, ErrRefusedForNow)
			}
			s.config.Certificate = shows(own)
			if err := s.Send(t.Context(), id, document, false); err != nil {
				t.Errorf("with a certificate: got %v, want accepted", err)
			}
			if want := []string{"none", "none, resumed", "one"}; !slices.Equal(p.seen, want) {
				t.Errorf("%d: got sessions %q, want %q", code, p.seen, want)
			}
		}
	}
}

// recordingServer gives these answers and records which certificate was presented in which session.
type recordingServer struct {
	answers []int
	seen    []string
}

const hangUp = 0 // no answer

func (p *recordingServer) answer(w http.ResponseWriter, r *http.Request) {
	seen := "none"
	if len(r.TLS.PeerCertificates) > 0 {
		seen = "one"
	}
	if r.TLS.DidResume {
		seen += ", resumed"
	}
	p.seen = append(p.seen, seen)
	code := p.answers[0]
	p.answers = p.answers[1:]
	if code == hangUp {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(code)
}

// If a certificate was asked for, an answer about the document is as final as ever.
func TestRejectionAfterTheCertificateRequest(t *testing.T) {
	for _, code := range []int{404, 410, 413, 415, 422} {
		c := startTLS(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) },
			&tls.Config{ClientAuth: tls.RequestClientCert})
		if err := send(t, c); !errors.Is(err, ErrRejected) || errors.Is(err, ErrRefusedForNow) {
			t.Errorf("%d: got %v, want %v", code, err, ErrRejected)
		}
	}
}

// S17, T16: nginx takes any certificate in the handshake and refuses the request. If it names
// authorities and none of them issued this appliance's certificate, that is known in the handshake;
// if it names none, nothing is known.
func TestAuthoritiesThatTheCollectionPointNames(t *testing.T) {
	theirs, others := newAuthority(t), &authority{}
	another := others.issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "another"}, IsCA: true,
		BasicConstraintsValid: true})
	others.key, others.cert = another.PrivateKey.(*ecdsa.PrivateKey), another.Leaf
	for name, tt := range map[string]struct {
		names   *x509.CertPool
		version uint16
		issuer  *authority
		foreign bool
	}{
		"theirs":                {theirs.pool(), tls.VersionTLS13, theirs, false},
		"theirs, TLS 1.2":       {theirs.pool(), tls.VersionTLS12, theirs, false},
		"another's":             {theirs.pool(), tls.VersionTLS13, others, true},
		"another's, TLS 1.2":    {theirs.pool(), tls.VersionTLS12, others, true},
		"no authority is named": {nil, tls.VersionTLS13, others, false},
	} {
		own := tt.issuer.issue(t, &x509.Certificate{})
		c := startTLS(t, accept, &tls.Config{ClientAuth: tls.RequestClientCert, ClientCAs: tt.names,
			MaxVersion: tt.version})
		c.Certificate = shows(own)
		result, err := shake(t, c)
		if err != nil || result.OtherIssuer != tt.foreign || result.NoCertificate {
			t.Errorf("%s: got %+v, %v, want foreign: %t", name, result, err, tt.foreign)
		}
	}
}
