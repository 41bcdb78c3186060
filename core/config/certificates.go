package config

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/core/internal/authorities"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// readBundle reads the certificates in a file.
func readBundle(path string) (authorities.Bundle, error) {
	if !filepath.IsAbs(path) {
		return authorities.Bundle{}, fmt.Errorf(notAbsolute, path)
	}
	text, err := readFile(path, authorities.MaxSize)
	if err != nil {
		return authorities.Bundle{}, usage.WithHint(err, "give a PEM file that the service can read")
	}
	bundle, err := authorities.Parse(text)
	if err != nil {
		err = usage.WithHint(fmt.Errorf("%s: %w", path, err), usage.HintOf(err))
	}
	return bundle, err
}

// Authorities returns the files of trusted certificate authorities that the configuration and the
// profile name, each once.
func (s *Settings) Authorities() []string {
	files := []string{s.Config.CollectionPoint.CA}
	if own := s.Installed.Profile.CollectionPoint.CA; own != "" && files[0] == "" {
		files = append(files, filepath.Join(s.Installed.Dir, own))
	}
	s.eachSetting(func(k profile.SettingKind, _, text string) {
		if k == profile.SettingCA {
			files = append(files, text)
		}
	})
	slices.Sort(files)
	return slices.DeleteFunc(slices.Compact(files), func(path string) bool { return path == "" })
}

// CheckAuthorities returns an error if one certificate of several in the file cannot be read, or if
// none is valid at the given time.
func CheckAuthorities(path string, now time.Time) error {
	bundle, err := readBundle(path)
	if err != nil {
		return err
	}
	if n := len(bundle.Unread); n > 0 {
		return usage.WithHint(fmt.Errorf("%s: %d of %d certificates cannot be used: %w", path, n,
			n+len(bundle.Certificates), bundle.Unread[0]), usage.HintOf(bundle.Unread[0]))
	}
	if !slices.ContainsFunc(bundle.Certificates, func(c *x509.Certificate) bool {
		return !now.Before(c.NotBefore) && !now.After(c.NotAfter)
	}) {
		return usage.WithHint(fmt.Errorf("%s: no certificate is valid now", path),
			"compare `date` with `openssl x509 -noout -dates -in FILE`")
	}
	return nil
}

func readRoots(path string) (*x509.CertPool, error) {
	bundle, err := readBundle(path)
	if err != nil {
		return nil, err
	}
	return bundle.Pool(), nil
}

// certificates adds the names in the certificates of a file.
func (n *names) certificates(path string) {
	bundle, _ := readBundle(path) // without certificates there are no names
	store := sync.OnceValues(systemStore)
	for _, c := range bundle.Certificates {
		if !mayBePublic(c, store) || !publicAuthority(c, nil) {
			n.certificate(c)
		}
	}
}

// systemStores are the files in which distributions keep all authorities that the system trusts;
// package crypto/x509 has the same list.
var systemStores = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

// systemStore returns the certificates of the first of these files, one after another in DER.
func systemStore() (der []byte, found bool) {
	for _, path := range systemStores {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		der = make([]byte, 0, len(text))
		for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
			der = append(der, block.Bytes...)
		}
		return der, true
	}
	return nil, false
}

// mayBePublic reports whether the system's store has a certificate with the name of c's issuer, or
// is not in one file. It saves publicAuthority, for which crypto/x509 reads the store and all separate
// files in its folder, and parses each certificate. An authority that is only in a separate file
// counts as the customer's own.
func mayBePublic(c *x509.Certificate, store func() (der []byte, found bool)) bool {
	if !c.IsCA {
		return false
	}
	der, found := store()
	return !found || bytes.Contains(der, c.RawIssuer)
}

// certificate adds the subject and its alternative names. The issuer has a certificate of its own
// if it is configured.
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

// publicAuthority reports whether c is an authority in the store; nil is the system's store. An
// administrator configures an authority of the customer's own because the system does not trust it.
// If the system does trust it, it is a copy from the system's store, and its name does not identify
// the customer.
func publicAuthority(c *x509.Certificate, store *x509.CertPool) bool {
	if !c.IsCA {
		return false
	}
	_, err := c.Verify(x509.VerifyOptions{
		Roots: store, CurrentTime: c.NotBefore.Add(time.Second), // an expired authority is public too
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err == nil
}
