package wire

import (
	"crypto/tls"
	"encoding/base64"
	"net"
	"strings"
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

// PLUG-1: only the empty place of a handshake line gets the certificate.
func TestShowCertificate(t *testing.T) {
	own := certificate(t)
	shown := base64.RawStdEncoding.EncodeToString(own.Certificate[0])
	for line, want := range map[string]string{
		"1|1|unix|/s|grpc|\n":         "1|1|unix|/s|grpc|" + shown + "\n",
		"1|1|unix|/s|grpc||true\n":    "1|1|unix|/s|grpc|" + shown + "|true\n",
		"1|1|unix|/s|grpc|theirs\n":   "1|1|unix|/s|grpc|theirs\n",
		"1|1|unix|/s|grpc\n":          "1|1|unix|/s|grpc\n",
		"ready\n":                     "ready\n",
		"1|1|unix|/s|grpc|\n" + shown: "1|1|unix|/s|grpc|\n" + shown,
	} {
		if got := ShowCertificate(line, own); got != want {
			t.Errorf("%q: got %q want %q", line, got, want)
		}
	}
	if err := Refusal([]byte(strings.TrimSpace("1|1|unix|/s|grpc|" + shown))); err != nil {
		t.Errorf("the host refuses it: %v", err)
	}
}
