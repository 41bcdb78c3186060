package config

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/privateca"
)

const (
	pinA  = "sha256/YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="
	pinB  = "sha256/Vjs8r4z+80wjNcr1YKepWQboSIRi63WsWXhIMN+eWys="
	basic = "product: acme\nproducts: DIR/products\n"
)

// identified returns the folder of an appliance with a client certificate, and with files that are
// invalid as one.
func identified(t *testing.T) string {
	t.Helper()
	dir := appliance(t)
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"client", "other"} {
		c, err := ca.IssueClient(name)
		if err != nil {
			t.Fatal(err)
		}
		key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), 0o644)
		write(t, dir, name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o640)
		write(t, dir, name+".open.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o644)
	}
	write(t, dir, "locked.key",
		[]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"), 0o600)
	write(t, dir, "two-lines", []byte("user:password\nuser:hunter2\n"), 0o600)
	write(t, dir, "no-colon", []byte("hunter2\n"), 0o600)
	return dir
}

func write(t *testing.T, dir, name string, text []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, mode); err != nil {
		t.Fatal(err)
	}
}

// SEND-2: all settings of the way to the collection point are loaded.
func TestDelivery(t *testing.T) {
	dir := identified(t)
	s, err := load(t, dir, basic+`collection_point: {pins: [`+pinA+`, `+pinB+`], certificate: DIR/client.pem, key: DIR/client.key}
proxy: {url: "http://proxy.example.com:3128", credentials: DIR/credentials, no_proxy: [.example.org, 10.0.0.0/8]}
`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{pinA, pinB}, s.Installed.Profile.CollectionPoint.Pins); diff != "" {
		t.Errorf("pins (-want +got):\n%s", diff)
	}
	if c, err := s.Certificate(); err != nil || len(c.Certificate) != 1 {
		t.Errorf("certificate: got %v", err)
	}
	if got := s.ProxyAddress(); got != "proxy.example.com:3128" {
		t.Errorf("proxy: got %q", got)
	}
	if got, err := s.ProxyCredentials(); got != "user:password" || err != nil {
		t.Errorf("credentials: got %v", err)
	}
	// S6: both are read in the encodings that editors write.
	windows := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return []byte("\ufeff" + strings.ReplaceAll(string(text), "\n", "\r\n  "))
	}
	write(t, dir, "client.pem", windows("client.pem"), 0o644)
	write(t, dir, "client.key", windows("client.key"), 0o640)
	write(t, dir, "credentials", []byte("\ufeff\r\nuser:pass word\r\n\r\n"), 0o640)
	if c, err := s.Certificate(); err != nil || len(c.Certificate) != 1 {
		t.Errorf("certificate of Windows: got %v", err)
	}
	if got, err := s.ProxyCredentials(); got != "user:pass word" || err != nil {
		t.Errorf("credentials of Windows: got %v", err)
	}
	// Both are read again for each upload.
	write(t, dir, "credentials", []byte("user:renewed"), 0o640)
	if got, err := s.ProxyCredentials(); got != "user:renewed" || err != nil {
		t.Errorf("renewed credentials: got %v", err)
	}
	if err := os.Chmod(filepath.Join(dir, "client.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Certificate(); err == nil {
		t.Error("a key that everyone can read: got no error, want one")
	}
}

func TestNoProxy(t *testing.T) {
	for _, tt := range []struct {
		host, entry string
		skips       bool
	}{
		{"collect.example.com", "collect.example.com", true},
		{"collect.example.com", "example.com", true},
		{"collect.example.com", "Example.COM.", true},
		{"collect.example.com", ".example.com", true},
		{"example.com", ".example.com", false},
		{"collect.badexample.com", "example.com", false},
		{"collect.example.com.evil.org", "example.com", false},
		{"collect.example.com", "other.com", false},
		{"10.1.2.3", "10.0.0.0/8", true},
		{"11.1.2.3", "10.0.0.0/8", false},
		{"10.1.2.3", "10.1.2.3", true},
		{"::ffff:10.1.2.3", "10.1.2.3", true},
		{"2001:db8::1", "2001:db8::/32", true},
		{"10.1.2.3", "3", false},
		{"localhost", "localhost", true},
		{"localhost", "10.0.0.0/8", false},
	} {
		p := Proxy{NoProxy: []string{"unrelated.example", tt.entry}}
		if got := p.skips(tt.host); got != tt.skips {
			t.Errorf("%s with %s: got %v, want %v", tt.host, tt.entry, got, tt.skips)
		}
	}
	s, err := load(t, appliance(t), basic+"proxy: {url: 'http://p.example.com:3128', no_proxy: [example.com]}\n")
	if got := s.ProxyAddress(); got != "" || err != nil {
		t.Errorf("proxy of the collection point: got %q and %v, want none", got, err)
	}
}

// ANON-1, DNS-1: a host name that the administrator chose is never sent to a public name server.
func TestOverriddenHostHasNoFallback(t *testing.T) {
	for host, want := range map[string]string{"null": "8.8.8.8", "collect.example.com": "8.8.8.8",
		"Collect.Example.com": "8.8.8.8", "collect.corp.example": ""} {
		dir := appliance(t)
		write(t, dir, "products/acme/profile.yaml", []byte(acme+"dns_fallback: 8.8.8.8\n"), 0o644)
		s, err := load(t, dir, at(host))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Installed.Profile.DNSFallback; got != want {
			t.Errorf("host %q: got fallback %q, want %q", host, got, want)
		}
	}
}

func TestMistakesInDelivery(t *testing.T) {
	point := func(text string) string { return basic + "collection_point: {" + text + "}\n" }
	proxy := func(text string) string { return basic + "proxy: {" + text + "}\n" }
	for _, tt := range []mistake{
		{"one pin", point("pins: [" + pinA + "]"), "config.yaml:3: collection_point.pins: at least two", ""},
		{"malformed pin", point("pins: [" + pinA + ", sha256/AAAA]"),
			"config.yaml:3: collection_point.pins: pin 2: must be sha256/", ""},
		{"certificate without key", point("certificate: DIR/client.pem"),
			"config.yaml:3: collection_point.certificate and collection_point.key must both be given", ""},
		{"key without certificate", point("key: DIR/client.key"), "must both be given: one of them is missing", ""},
		{"key readable by others", point("certificate: DIR/client.pem, key: DIR/client.open.key"),
			"can be read or changed by others",
			"chmod 0640"},
		{"key of another certificate", point("certificate: DIR/client.pem, key: DIR/other.key"),
			"collection_point.key is not the key of collection_point.certificate", "made for"},
		{"encrypted key", point("certificate: DIR/client.pem, key: DIR/locked.key"), "the key is encrypted",
			"openssl pkey"},
		{"missing key", point("certificate: DIR/client.pem, key: DIR/no.key"), "no.key: no such file", ""},
		{"relative key", point("certificate: client.pem, key: client.key"), "client.key must be an absolute path", ""},
		{"proxy over TLS", proxy("url: 'https://p.example.com:443'"),
			"config.yaml:3: proxy.url must be http://HOST:PORT: TLS to the proxy", "port without TLS"},
		{"proxy without port", proxy("url: 'http://p.example.com'"), "proxy.url must be http://HOST:PORT", ""},
		{"proxy without scheme", proxy("url: 'p.example.com:3128'"), "proxy.url must be http://HOST:PORT", ""},
		{"password in the URL", proxy("url: 'http://user:hunter2@p.example.com:3128'"),
			"proxy.url must not contain a user",
			"credentials"},
		{"password in a malformed URL", proxy("url: 'http://user:hunter2@p.example.com:3128%zz'"),
			"proxy.url must be http://HOST:PORT", ""},
		{"proxy with a path", proxy("url: 'http://p.example.com:3128/x'"), "proxy.url must be http://HOST:PORT", ""},
		{"no url", proxy("no_proxy: [example.com]"), "config.yaml:3: proxy.url is missing", ""},
		{"asterisk in no_proxy", proxy("url: 'http://p.example.com:3128', no_proxy: ['*']"),
			"proxy.no_proxy must list names",
			""},
		{"port in no_proxy", proxy("url: 'http://p.example.com:3128', no_proxy: ['example.com:8443']"),
			"proxy.no_proxy must list names", ""},
		{"empty no_proxy", proxy("url: 'http://p.example.com:3128', no_proxy: ['.']"), "proxy.no_proxy must list names",
			""},
		{"credentials readable by others", proxy("url: 'http://p.example.com:3128', credentials: DIR/open"),
			"can be read or changed by others", "chmod 0640"},
		{"two lines", proxy("url: 'http://p.example.com:3128', credentials: DIR/two-lines"),
			"proxy.credentials: the file must contain one line USER:PASSWORD", "colon"},
		{"no colon", proxy("url: 'http://p.example.com:3128', credentials: DIR/no-colon"),
			"proxy.credentials: the file must contain one line USER:PASSWORD", "colon"},
	} {
		tt.isNamed(t, identified)
	}
}
