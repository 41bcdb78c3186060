package wire

import (
	"crypto/tls"
	"net"
	"testing"
)

// PLUG-1, VIEW-3: with the certificates of one start, host and plugin accept each other and nobody
// else.
func TestMutualTLS(t *testing.T) {
	host, plugin, stranger := certificate(t), certificate(t), certificate(t)
	side, err := PluginTLS(plugin, EncodePEM(host))
	if err != nil {
		t.Fatal(err)
	}
	connect := func(own, trusted tls.Certificate) error {
		config := HostTLS(own)
		config.RootCAs.AppendCertsFromPEM([]byte(EncodePEM(trusted)))
		ours, theirs := net.Pipe()
		served := make(chan error, 1)
		go func() {
			defer theirs.Close()
			served <- tls.Server(theirs, side).Handshake()
		}()
		err := tls.Client(ours, config).Handshake()
		ours.Close()
		if served := <-served; err == nil {
			err = served
		}
		return err
	}
	if err := connect(host, plugin); err != nil {
		t.Errorf("host and plugin: got %v", err)
	}
	for name, err := range map[string]error{
		"another client":                connect(stranger, plugin),
		"another plugin":                connect(host, stranger),
		"a plugin without certificate":  connect(host, tls.Certificate{Certificate: [][]byte{nil}}),
		"a client that trusts the host": connect(plugin, plugin),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := PluginTLS(plugin, "no certificate"); err == nil {
		t.Error("a host without a certificate is accepted")
	}
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	c, err := NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
