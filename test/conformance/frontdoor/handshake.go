package frontdoor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Line is the handshake line, field by field, as it was printed.
type Line struct {
	Fields      int
	Core, App   int // -1 if not a number
	Network     string
	Address     string
	Protocol    string
	Certificate string
}

// ReadLine splits a text into the fields of a [Line] without judging them.
func ReadLine(text []byte) Line {
	parts := strings.Split(strings.TrimSpace(string(text)), "|")
	l := Line{Fields: len(parts), Core: -1, App: -1}
	into := []func(string){
		func(s string) { l.Core = number(s) }, func(s string) { l.App = number(s) },
		func(s string) { l.Network = s }, func(s string) { l.Address = s },
		func(s string) { l.Protocol = s }, func(s string) { l.Certificate = s },
	}
	for i, part := range parts[:min(len(parts), len(into))] {
		into[i](part)
	}
	return l
}

func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// Within reports whether the line names a unix socket in the folder.
func (l Line) Within(folder string) bool {
	return l.Network == "unix" && filepath.Dir(filepath.Clean(l.Address)) == folder
}

// identity is a certificate for one connection; a host makes a new one for each start.
type identity struct {
	certificate tls.Certificate
	pem         []byte
}

func newIdentity() (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, fmt.Errorf("make a certificate: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "localhost",
			Organization: []string{"usagedata conformance"}},
		DNSNames: []string{"localhost"}, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement |
			x509.KeyUsageCertSign,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return identity{}, fmt.Errorf("make a certificate: %w", err)
	}
	return identity{
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem:         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}, nil
}

// tlsConfig returns the client's [tls.Config] of mutual TLS, which trusts only the certificate of
// the handshake line.
func (i identity) tlsConfig(encoded string) (*tls.Config, error) {
	der, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, errors.New("the certificate in its handshake line is not base64 without padding")
	}
	shown, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errors.New("the certificate in its handshake line cannot be parsed")
	}
	roots := x509.NewCertPool()
	roots.AddCert(shown)
	return &tls.Config{Certificates: []tls.Certificate{i.certificate}, RootCAs: roots, ServerName: "localhost",
		MinVersion: tls.VersionTLS12}, nil
}
