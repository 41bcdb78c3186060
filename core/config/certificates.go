package config

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"time"

	"polycom.com/usagedata/core/internal/regular"
	"polycom.com/usagedata/core/kind"
)

const maxBundle = 1 << 20 // bytes, as for authorities to trust

// certificates adds the names in the certificates of a PEM file.
func (n *names) certificates(path string) {
	if text, err := regular.Read(path, maxBundle); err == nil {
		n.pem(text)
	}
}

func (n *names) pem(text []byte) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err == nil && !publicAuthority(c, nil) {
			n.certificate(c)
		}
	}
}

// certificate adds the subject and its alternative names. The issuer has a certificate of its own if
// it is configured.
func (n *names) certificate(c *x509.Certificate) {
	if strings.ContainsAny(c.Subject.CommonName, " ,") {
		n.add(kind.Name, c.Subject.CommonName)
	} else {
		n.dns(c.Subject.CommonName)
	}
	for _, organization := range c.Subject.Organization {
		n.add(kind.Name, organization)
	}
	for _, name := range c.DNSNames {
		n.dns(name)
	}
	for _, address := range c.IPAddresses {
		n.add(kind.Address, address.String())
	}
	for _, mailbox := range c.EmailAddresses {
		n.add(kind.Email, mailbox)
	}
}

func (n *names) dns(name string) {
	if strings.Contains(name, "@") {
		n.add(kind.Email, name)
		return
	}
	n.add(kind.Hostname, strings.TrimPrefix(name, "*."))
}

// publicAuthority reports whether c is an authority in the store, which is the system's if it is nil. An administrator
// configures an authority of the customer's own because the system does not trust it; one that it
// does trust is a copy out of the system's store, and names nobody.
func publicAuthority(c *x509.Certificate, store *x509.CertPool) bool {
	if !c.IsCA {
		return false
	}
	_, err := c.Verify(x509.VerifyOptions{
		Roots: store, CurrentTime: c.NotBefore.Add(time.Second), // an expired one is as public
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err == nil
}
