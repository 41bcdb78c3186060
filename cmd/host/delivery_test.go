package main

import (
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/test/privateca"
)

const (
	pinA = "sha256/YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="
	pinB = "sha256/Vjs8r4z+80wjNcr1YKepWQboSIRi63WsWXhIMN+eWys="
)

// changed opens the service of the small appliance with a changed profile and with config appended
// to its configuration.
func changed(t *testing.T, profile func(string) string, config string, files map[string]string) *service {
	t.Helper()
	s := assembled(t)
	folder := s.settings.Products
	path := filepath.Join(folder, "acme", "profile.yaml")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path, profile(acme))
	for name, text := range files {
		write(filepath.Join(filepath.Dir(folder), name), text)
	}
	file := filepath.Join(filepath.Dir(folder), "config.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(file, string(text)+strings.ReplaceAll(config, "DIR", filepath.Dir(folder)))
	again, err := open(file, streams{err: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func withFallback(profile string) string {
	return strings.Replace(profile, "host: localhost", "host: collect.example.com", 1) + "dns_fallback: 8.8.8.8\n"
}

// DNS-1: a profile with a fallback gets a [gate.Fallback], for the collection point's name only,
// and its use is recorded. There is no fallback for another profile, for a host name that the
// administrator chose, or if a proxy resolves the name.
func TestFallbackIsWiredToTheProfile(t *testing.T) {
	same := func(profile string) string { return profile }
	for what, tt := range map[string]struct {
		profile func(string) string
		config  string
		want    gate.Fallback
	}{
		"a profile that has one": {withFallback, "", gate.Fallback{Name: "collect.example.com",
			Server: netip.MustParseAddr("8.8.8.8")}},
		"a profile without": {same, "", gate.Fallback{}},
		"another name":      {withFallback, "collection_point: {host: collect.corp.example}\n", gate.Fallback{}},
		"a proxy":           {withFallback, "proxy: {url: 'http://proxy.example.com:3128'}\n", gate.Fallback{}},
		"a proxy for others": {withFallback, "proxy: {url: 'http://proxy.example.com:3128', no_proxy: [example.com]}\n",
			gate.Fallback{Name: "collect.example.com", Server: netip.MustParseAddr("8.8.8.8")}},
	} {
		got := changed(t, tt.profile, tt.config, nil).gate.Fallback
		if got.Name != tt.want.Name || got.Server != tt.want.Server {
			t.Errorf("%s: got %s at %v, want %s at %v", what, got.Name, got.Server, tt.want.Name, tt.want.Server)
		}
	}
	s := changed(t, withFallback, "log: {level: error}\n", nil)
	s.gate.Fallback.Report(gate.NotFound)
	lines, err := s.stores.Journal.Last(1)
	want := "the fallback name server was asked for the collection point: it does not know the name either"
	if err != nil || len(lines) != 1 || lines[0].Outcome != journal.Asked || lines[0].Reason != want {
		t.Errorf("journal: got %+v and %v, want %q", lines, err, want)
	}
}

// SEND-2: the sender gets the trust settings and the proxy of the configuration.
func TestDeliveryIsWiredToTheConfiguration(t *testing.T) {
	pinned := func(profile string) string {
		return strings.Replace(profile, "port: 8443", "port: 8443, pins: ["+pinA+", "+pinB+"]", 1)
	}
	s := changed(t, pinned, "", nil)
	if got := s.delivery(); !slices.Equal(got.Pins, []string{pinA, pinB}) || got.Proxy != "" ||
		got.Certificate != nil ||
		got.ProxyCredentials != nil {
		t.Errorf("got pins %v and proxy %q, want the profile's pins and nothing else", got.Pins, got.Proxy)
	}
	s = changed(t, pinned, "collection_point: {pins: ["+pinB+", "+pinA+
		"], certificate: DIR/client.pem, key: DIR/client.key}\n"+
		"proxy: {url: 'http://proxy.example.com:3128', credentials: DIR/credentials}\n", identity(t))
	got := s.delivery()
	if diff := cmp.Diff([]string{pinB, pinA}, got.Pins); diff != "" || got.Proxy != "proxy.example.com:3128" {
		t.Errorf("got proxy %q, pins (-want +got):\n%s", got.Proxy, diff)
	}
	if c, err := got.Certificate(); err != nil || len(c.Certificate) != 1 {
		t.Errorf("certificate: got %v", err)
	}
	if c, err := got.ProxyCredentials(); c != "user:password" || err != nil {
		t.Errorf("credentials: got %v", err)
	}
}

// identity returns the files of a client certificate and of proxy credentials, by name.
func identity(t *testing.T) map[string]string {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	c, err := ca.IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return map[string]string{
		"client.pem": text("CERTIFICATE", c.Certificate[0]), "client.key": text("PRIVATE KEY", key),
		"credentials": "user:password\n",
	}
}
