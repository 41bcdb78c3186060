package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"time"
)

// ClientCertificate is the environment variable with the host's certificate in PEM, as go-plugin
// names it.
const ClientCertificate = "PLUGIN_CLIENT_CERT"

// localhost is the name that both sides of go-plugin's mutual TLS expect in a certificate.
const localhost = "localhost"

// A certificate ends with the process that made it, so its dates need no limit. With a limit, a step of
// the clock between the start of the host and that of the plugin would cost the hour.
var (
	begin = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// NewCertificate makes a self-signed certificate for one start of a plugin, as mutual TLS between
// host and plugin needs it. The key is P-256, and stays in the memory of the process. go-plugin
// makes keys of P-521, which cost many times as much processor time.
func NewCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: localhost, Organization: []string{"usagedata"}},
		DNSNames:  []string{localhost},
		NotBefore: begin, NotAfter: end,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement |
			x509.KeyUsageCertSign,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// HostTLS returns the host's side of mutual TLS. It trusts no plugin yet: go-plugin adds the
// certificate of the handshake line.
func HostTLS(own tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{own}, RootCAs: x509.NewCertPool(), ServerName: localhost,
		MinVersion: tls.VersionTLS12}
}

// PluginTLS returns the plugin's side of mutual TLS, which admits only the host with the given
// certificate.
func PluginTLS(own tls.Certificate, hostPEM string) (*tls.Config, error) {
	host := x509.NewCertPool()
	if !host.AppendCertsFromPEM([]byte(hostPEM)) {
		return nil, fmt.Errorf("%s has no certificate", ClientCertificate)
	}
	return &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs: host, MinVersion: tls.VersionTLS12}, nil
}

// EncodePEM returns the certificate as the host puts it into [ClientCertificate].
func EncodePEM(own tls.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}))
}
