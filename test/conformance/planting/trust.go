package planting

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"time"
)

// Trust is the TLS of a relay: its own certificate, and the verification of the source's.
type Trust struct {
	PEM    []byte // the certificate that a plugin must trust
	Server *tls.Config
	names  []string       // that the source's certificate may have
	roots  *x509.CertPool // nil: those of the system
}

// NewTrust makes a key and a certificate for loopback and for the names that a source's certificate
// may have. The source is verified by the authorities in PEM format, by default by those of the
// system.
func NewTrust(names []string, authorities []byte) (Trust, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Trust{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "conformance suite"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:        true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return Trust{}, err
	}
	var roots *x509.CertPool
	if len(authorities) > 0 {
		roots = x509.NewCertPool()
		roots.AppendCertsFromPEM(authorities)
	}
	return Trust{
		names: names, roots: roots, PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		Server: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
			Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}},
	}, nil
}

// connect connects to the source with TLS. If the certificate does not have the source's address, it
// may have another of the names. prepare makes a new connection ready for TLS.
func (r *Relay) connect(prepare func(net.Conn) error) (net.Conn, error) {
	var problems []error
	for _, name := range append([]string{r.source.URL.Hostname()}, r.source.Trust.names...) {
		conn, err := r.dial("tcp")
		if err != nil {
			return nil, err
		}
		secure := tls.Client(conn, &tls.Config{RootCAs: r.source.Trust.roots, ServerName: name,
			MinVersion: tls.VersionTLS12})
		ctx, cancel := context.WithTimeout(r.ctx, patience)
		if err = prepare(conn); err == nil {
			err = secure.HandshakeContext(ctx)
		}
		cancel()
		if err == nil {
			return secure, nil
		}
		problems = append(problems, err)
		conn.Close()
	}
	return nil, errors.Join(problems...)
}

func ready(net.Conn) error { return nil }
