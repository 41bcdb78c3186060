// Package privateca is a throw-away certificate authority for tests and the demo: it is kept in
// memory, signs every request, and loses its key when the process ends. Nothing may trust it
// outside a test.
package privateca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net/netip"
	"time"
)

// lifetime is how long a certificate is valid before and after it is made: longer than any step of
// a test that sets the clock.
const lifetime = 10 * 365 * 24 * time.Hour

// CA signs certificates for servers and clients. [New] makes one.
type CA struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// New makes a [CA] with a fresh P-256 key.
func New() (*CA, error) {
	now := time.Now()
	template := template("usagedata test authority", now.Add(-lifetime), now.Add(lifetime))
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.MaxPathLenZero = true
	template.KeyUsage = x509.KeyUsageCertSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority key: %w", err)
	}
	certificate, err := sign(template, template, key, key)
	if err != nil {
		return nil, fmt.Errorf("sign authority: %w", err)
	}
	return &CA{certificate: certificate, key: key}, nil
}

// PEM returns the authority's certificate as a trust file for clients.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.certificate.Raw})
}

// PEM returns a certificate with its key, as a file for its owner.
func PEM(own tls.Certificate) ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...), nil
}

// Pool returns a pool with this authority alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	return pool
}

// Issue makes a server certificate, valid now, for these DNS names and IP addresses.
func (ca *CA) Issue(hosts ...string) (tls.Certificate, error) {
	now := time.Now()
	return ca.IssueFor(now.Add(-lifetime), now.Add(lifetime), hosts...)
}

// IssueExpired makes a server certificate that expired a day ago.
func (ca *CA) IssueExpired(hosts ...string) (tls.Certificate, error) {
	now := time.Now()
	return ca.IssueFor(now.Add(-lifetime), now.Add(-24*time.Hour), hosts...)
}

// IssueClient makes a certificate, valid now, that identifies a client by this name.
func (ca *CA) IssueClient(name string) (tls.Certificate, error) {
	now := time.Now()
	return ca.issue(now.Add(-lifetime), now.Add(lifetime), x509.ExtKeyUsageClientAuth, name)
}

// IssueFor makes a server certificate for these hosts that is valid from one time until another.
func (ca *CA) IssueFor(from, until time.Time, hosts ...string) (tls.Certificate, error) {
	return ca.issue(from, until, x509.ExtKeyUsageServerAuth, hosts...)
}

func (ca *CA) issue(from, until time.Time, use x509.ExtKeyUsage, hosts ...string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make key: %w", err)
	}
	template := template("usagedata test", from, until)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{use}
	name(template, hosts)
	leaf, err := sign(template, ca.certificate, key, ca.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// name adds each host to the certificate's IP addresses if it is one, and otherwise to its DNS
// names.
func name(template *x509.Certificate, hosts []string) {
	for _, host := range hosts {
		if address, err := netip.ParseAddr(host); err == nil {
			template.IPAddresses = append(template.IPAddresses, address.AsSlice())
			continue
		}
		template.DNSNames = append(template.DNSNames, host)
	}
}

func template(commonName string, from, until time.Time) *x509.Certificate {
	// The serial number stays nil: [x509.CreateCertificate] then draws a random one.
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: commonName},
		NotBefore: from,
		NotAfter:  until,
	}
}

func sign(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}
