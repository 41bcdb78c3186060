package config

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
)

// maxPEM is the largest size of a file with certificates or a key, in bytes.
const maxPEM = 1 << 20

// checkCertificates reads the server's certificate and the authorities of appliances.
func (s *Settings) checkCertificates(p *problems, now time.Time) {
	named := p.absolute("certificate", s.Certificate)
	if p.absolute("key", s.Key) && named {
		_, err := ReadCertificate(s.Certificate, s.Key, now)
		key := "certificate"
		if errors.As(err, &keyError{}) {
			key = "key"
		}
		p.addFile(key, err)
	}
	switch s.ClientCertificates {
	case noCertificates:
		p.want(s.ClientAuthorities == "", "client_authorities", "has no effect while client_certificates is none")
	case optionalCertificates, requiredCertificates:
		if p.absolute("client_authorities", s.ClientAuthorities) {
			pool, err := ReadAuthorities(s.ClientAuthorities, now)
			p.addFile("client_authorities", err)
			s.ClientPool = pool
		}
	default:
		p.want(false, "client_certificates", "must be none, optional or required")
	}
}

// Values of [Config.ClientCertificates].
const (
	noCertificates       = "none"
	optionalCertificates = "optional"
	requiredCertificates = "required"
)

// keyError is an error about the key, and not about the certificate.
type keyError struct{ error }

func (k keyError) Unwrap() error { return k.error }

// ReadCertificate reads the server's certificate with its key. It returns an error unless appliances
// would accept the certificate now, as far as the certificate alone shows it.
func ReadCertificate(certificate, key string, now time.Time) (tls.Certificate, error) {
	chain, err := readPEM(certificate)
	if err != nil {
		return tls.Certificate{}, err
	}
	private, err := readSecret(key)
	if err != nil {
		return tls.Certificate{}, keyError{err}
	}
	if block, _ := pem.Decode(private); block == nil {
		return tls.Certificate{}, keyError{fmt.Errorf("%s has no key in PEM", key)}
	} else if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
		return tls.Certificate{}, keyError{usage.WithHint(fmt.Errorf("%s is encrypted with a password", key),
			"decrypt it: openssl pkey -in FILE -out NEW, then chmod 0640 NEW")}
	}
	pair, err := tls.X509KeyPair(chain, private)
	if err != nil {
		return tls.Certificate{}, unpaired(certificate, key, chain)
	}
	return pair, acceptable(certificate, pair.Leaf, now)
}

// unpaired says why a certificate and a key cannot be used together. It shows no error of package tls,
// because one could quote a file.
func unpaired(certificate, key string, chain []byte) error {
	block, _ := pem.Decode(chain)
	if block == nil || block.Type != "CERTIFICATE" {
		return usage.WithHint(fmt.Errorf("%s does not begin with a certificate in PEM", certificate),
			"convert DER with: openssl x509 -inform der -in FILE -out NEW")
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return fmt.Errorf("%s has a damaged certificate", certificate)
	}
	return keyError{usage.WithHint(fmt.Errorf("%s is not the key of the first certificate in %s", key, certificate),
		"the server's certificate must come first, then those of intermediate authorities")}
}

// acceptable returns the reason why appliances would refuse a server's certificate.
func acceptable(path string, leaf *x509.Certificate, now time.Time) error {
	switch {
	case now.After(leaf.NotAfter):
		return usage.WithHint(fmt.Errorf("%s expired on %s", path, leaf.NotAfter.UTC().Format(time.DateOnly)),
			"renew the certificate; if it is new, compare `date` with the present time")
	case now.Before(leaf.NotBefore):
		return usage.WithHint(fmt.Errorf("%s is not valid before %s", path, usage.Moment(leaf.NotBefore, time.UTC)),
			"compare `date` with the present time")
	case len(leaf.DNSNames)+len(leaf.IPAddresses) == 0:
		return usage.WithHint(fmt.Errorf("%s names no host (subjectAltName)", path),
			"request a certificate with the name to which the appliances connect")
	case len(leaf.ExtKeyUsage) > 0 && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth) &&
		!slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny):
		return usage.WithHint(fmt.Errorf("%s is not for servers (extendedKeyUsage)", path),
			"request a certificate for a server")
	}
	return nil
}

// ReadAuthorities reads certificates to trust. At least one must be valid now.
func ReadAuthorities(path string, now time.Time) (*x509.CertPool, error) {
	text, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	pool, valid := x509.NewCertPool(), 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%s has a part that is no certificate", path)
		}
		pool.AddCert(c)
		if !now.Before(c.NotBefore) && !now.After(c.NotAfter) {
			valid++
		}
	}
	if valid == 0 {
		return nil, usage.WithHint(fmt.Errorf("%s has no certificate in PEM that is valid now", path),
			"compare `date` with: openssl x509 -noout -dates -in "+path)
	}
	return pool, nil
}

func readPEM(path string) ([]byte, error) {
	text, err := regular.Read(path, maxPEM)
	return bytes.TrimPrefix(text, []byte("\ufeff")), unreadable(path, err)
}

// readSecret reads a file that nobody but its owner and its group may read.
func readSecret(path string) ([]byte, error) {
	text, info, err := regular.ReadStat(path, maxPEM)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.Mode().Perm()&0o026 != 0 {
		return nil, usage.WithHint(fmt.Errorf("%s can be read or changed by others", path), "chmod 0640 "+path)
	}
	return plaintext.Decode(text), nil
}

func unreadable(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s does not exist", path)
	case errors.Is(err, fs.ErrPermission):
		return usage.WithHint(fmt.Errorf("%s is not readable by this user", path),
			"run the command as root, or: chgrp usagedata-collect "+path)
	default:
		return errors.New(usage.Plain(err))
	}
}
