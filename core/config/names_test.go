package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/internal/authorities"
	"polycom.com/usagedata/core/kind"
)

// certified writes a self-signed certificate with names in many fields.
func certified(t *testing.T, dir, file string, authority bool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), IsCA: authority,
		BasicConstraintsValid: true,
		Subject:               pkix.Name{CommonName: "Nordwerk Root", Organization: []string{"Nordwerk GmbH"}},
		DNSNames:              []string{"*.kassel.example"}, IPAddresses: []net.IP{net.IPv4(10, 9, 8, 6)},
		EmailAddresses: []string{"pki@kassel.example"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func namesIn(s Settings) map[string]kind.Kind {
	all := map[string]kind.Kind{}
	for k, text := range s.Names() {
		all[text] = k
	}
	return all
}

const named = basic + `collection_point: {host: point.customer.example, ca: DIR/own.pem, certificate: DIR/client.pem, key: DIR/client.key}
slot: Room Marburg
proxy: {url: "http://proxy.nordwerk.example:3128", credentials: DIR/proxy, no_proxy: [.fulda.example, 10.0.0.0/8, 10.9.8.5]}
sources:
  api: {url: "https://kassel-mcu01.nordwerk.example:8443/api", credentials: DIR/credentials, agent: "[2001:db8::5]:161", spool: /var/spool/x, pages: 5,
    server_name: mcu.giessen.example, version: "2c", user: reader7}
`

// textual returns an appliance whose profile has settings of kind text.
func textual(t *testing.T) string {
	t.Helper()
	dir := identified(t)
	profile := strings.Replace(acme, "  - {name: pages,",
		"  - {name: server_name, kind: text, doc: a name}\n  - {name: version, kind: text, doc: a version}\n"+
			"  - {name: user, kind: text, doc: a user}\n  - {name: pages,", 1)
	write(t, dir, "products/acme/profile.yaml", []byte(profile), 0o644)
	certified(t, dir, "own.pem", true)
	write(t, dir, "proxy", []byte("proxyuser:Tr0ub4dor&3\n"), 0o600)
	write(t, dir, "credentials", []byte("\ufeffuser:pass:word \r\n\r\ntoken = c29tZSB0b2tlbg==\n-----BEGIN KEY-----\n"),
		0o600)
	return dir
}

// P13: [Settings.Names] and [Settings.Secrets] return every name and secret in the configuration,
// for the gate.
func TestP13Names(t *testing.T) {
	s, err := load(t, textual(t), named)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]kind.Kind{
		"point.customer.example": kind.Hostname, "Room Marburg": kind.Name, "proxy.nordwerk.example": kind.Hostname,
		"proxyuser": kind.User, "fulda.example": kind.Hostname,
		"10.9.8.5": kind.Hostname, "kassel-mcu01.nordwerk.example": kind.Hostname, "2001:db8::5": kind.Hostname,
		"user": kind.User, "mcu.giessen.example": kind.Hostname,
		"reader7": kind.User, "client": kind.Hostname, "Nordwerk Root": kind.Name, "Nordwerk GmbH": kind.Name,
		"kassel.example": kind.Hostname, "10.9.8.6": kind.Address,
		"pki@kassel.example": kind.Email, "usagedata test": kind.Name,
	}
	if diff := cmp.Diff(want, namesIn(s)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	wanted := []string{"proxyuser:Tr0ub4dor&3", "Tr0ub4dor&3", "user:pass:word", "pass:word",
		"token = c29tZSB0b2tlbg==",
		"c29tZSB0b2tlbg=="}
	if diff := cmp.Diff(wanted, slices.Collect(s.Secrets())); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

// P13: the log archive knows the names even if the product cannot be used.
func TestP13NamesWithoutAProduct(t *testing.T) {
	s, err := load(t, textual(t), named)
	if err != nil {
		t.Fatal(err)
	}
	names := namesIn(Settings{Config: s.Config})
	for _, name := range []string{"kassel-mcu01.nordwerk.example", "2001:db8::5", "proxy.nordwerk.example", "reader7",
		"mcu.giessen.example", "user"} {
		if _, found := names[name]; !found {
			t.Errorf("%s: not found in %v", name, slices.Sorted(maps.Keys(names)))
		}
	}
	broken := Settings{Config: s.Config}
	if !slices.Contains(slices.Collect(broken.Secrets()), "pass:word") {
		t.Error("got no secret of the source")
	}
}

// P13: a collection point of the vendor does not identify the customer.
func TestP13TheVendorsCollectionPoint(t *testing.T) {
	for host, want := range map[string]bool{
		"collect.example.com": false, "Collect2.Example.com.": false, "collect.example.com.evil.org": true,
		"example.com": true, "collect.nordwerk.example": true,
	} {
		s, err := load(t, appliance(t), basic+"collection_point: {host: '"+host+"'}\n")
		if err != nil {
			t.Fatal(err)
		}
		if _, got := namesIn(s)[host]; got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
}

// P13: an authority of the system's store does not identify the customer, wherever it was copied
// to.
func TestP13PublicAuthorities(t *testing.T) {
	dir := t.TempDir()
	store := x509.NewCertPool()
	for file, authority := range map[string]bool{"public.pem": true, "private.pem": true, "leaf.pem": false} {
		certified(t, dir, file, authority)
		text, err := os.ReadFile(dir + "/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if file != "private.pem" && !store.AppendCertsFromPEM(text) {
			t.Fatal("no certificate")
		}
	}
	for file, want := range map[string]bool{"public.pem": true, "private.pem": false, "leaf.pem": false} {
		text, _ := os.ReadFile(dir + "/" + file)
		block, _ := pem.Decode(text)
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if got := publicAuthority(c, store); got != want {
			t.Errorf("%s: got %v, want %v", file, got, want)
		}
		// The names of a store, or none in one file, only decide whether the authorities are compared.
		issuers := func() ([]byte, bool) { return slices.Concat([]byte{0}, c.RawIssuer, []byte{0}), true }
		others := func() ([]byte, bool) { return c.RawIssuer[1:], true }
		none := func() ([]byte, bool) { return nil, false }
		if got := []bool{mayBePublic(c, issuers), mayBePublic(c, others), mayBePublic(c, none)}; !slices.Equal(got,
			[]bool{c.IsCA, false, c.IsCA}) {
			t.Errorf("%s: may be public: got %v", file, got)
		}
	}
	var n names
	n.certificates("/etc/ssl/certs/ca-certificates.crt")
	if len(n) > 4 { // the store may hold an authority twice, once without basic constraints
		t.Errorf("the system's own store: got %d names", len(n))
	}
}

// ANON-1: a file of secrets that is missing, a pipe or too long causes neither an error nor a wait
// here.
func TestSecretsThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(dir+"/pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "long", make([]byte, maxPEM+1), 0o600)
	write(t, dir, "garbage", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0o600)
	for _, path := range []string{"", dir, dir + "/pipe", dir + "/long", dir + "/missing"} {
		s := Settings{Config: Config{Proxy: Proxy{Credentials: path}, CollectionPoint: CollectionPoint{CA: path,
			Certificate: dir + "/garbage"}}}
		if got := slices.Collect(s.Secrets()); len(got) > 0 || len(namesIn(s)) > 0 {
			t.Errorf("%s: got %d secrets and %d names", path, len(got), len(namesIn(s)))
		}
	}
}

// ANON-1: printing the values that the gate is given shows no secret.
func TestSecretsAreNotPrinted(t *testing.T) {
	s, err := load(t, textual(t), named)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if text := fmt.Sprintf(verb, []any{s.Secrets(), &s}); strings.Contains(text, "Tr0ub4dor") {
			t.Errorf("%s shows a secret", verb)
		}
	}
}

// P13: certificates are untrusted bytes.
func FuzzCertificates(f *testing.F) {
	dir := f.TempDir()
	for _, text := range []string{"", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := dir + "/secret"
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var n names
		n.certificates(path)
		if _, err := authorities.Parse(text); err != nil && len(n) > 0 {
			t.Errorf("got %v of no certificate", n)
		}
		for line := range lines(path) {
			if line == "" || strings.TrimSpace(line) != line {
				t.Errorf("got line %q", line)
			}
			secretsIn(line)
		}
	})
}
