package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net/netip"
	"time"
)

// issued is a certificate with its key and the authority that issued it, in PEM.
type issued struct{ authority, certificate, key []byte }

// trialTime is how long a certificate of [issue] is valid.
const trialTime = 365 * 24 * time.Hour

// issue makes an authority and a server's certificate for hosts. The authority's key is forgotten, so
// that nobody can issue another certificate that the appliances of a trial would trust.
func issue(hosts ...string) (issued, error) {
	authority := template("usagedata-collect try: authority")
	authority.IsCA, authority.BasicConstraintsValid, authority.MaxPathLenZero = true, true, true
	authority.KeyUsage = x509.KeyUsageCertSign
	server := template("usagedata-collect try")
	server.KeyUsage, server.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if address, err := netip.ParseAddr(host); err == nil {
			server.IPAddresses = append(server.IPAddresses, address.AsSlice())
		} else {
			server.DNSNames = append(server.DNSNames, host)
		}
	}
	top, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued{}, fmt.Errorf("make a key: %w", err)
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued{}, fmt.Errorf("make a key: %w", err)
	}
	root, err := x509.CreateCertificate(rand.Reader, authority, authority, top.Public(), top)
	if err != nil {
		return issued{}, fmt.Errorf("make an authority: %w", err)
	}
	leaf, err := x509.CreateCertificate(rand.Reader, server, authority, own.Public(), top)
	if err != nil {
		return issued{}, fmt.Errorf("make a certificate: %w", err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		return issued{}, fmt.Errorf("encode a key: %w", err)
	}
	return issued{inPEM("CERTIFICATE", root), inPEM("CERTIFICATE", leaf), inPEM("PRIVATE KEY", key)}, nil
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour),
		NotAfter: now.Add(trialTime)}
}

func inPEM(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}
