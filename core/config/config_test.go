package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

const acme = `format: usagedata-profile/1
id: acme
name: Acme One
version: 3
collection_point: {host: collect.example.com, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin > Licences, label: Automatically send usage data}
first_asked: eula
analytics: /var/log/usagedata/analytics.json
announced: [{id: acme2, name: Acme Two}]
sources:
- name: api
  doc: the product's own interface
  settings:
  - {name: url, kind: url, doc: where it listens, required: true}
  - {name: credentials, kind: secret, doc: a file with user and password}
  - {name: ca, kind: ca, doc: its authority}
  - {name: exports, kind: file, doc: a file}
  - {name: pages, kind: number, doc: how many}
  - {name: verbose, kind: flag, doc: whether}
  - {name: agent, kind: address, doc: whom to ask}
  - {name: spool, kind: path, doc: a folder}
  - {name: folders, kind: paths, doc: folders}
categories:
- name: counts
  doc: how many there are
  fields:
  - {name: users, kind: count, doc: users, why: to size releases}
`

// appliance creates the files that a configuration refers to and returns their folder.
func appliance(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	sum := sha256.Sum256([]byte("binary"))
	for name, file := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"products/acme/profile.yaml":  {acme, 0o644},
		"products/acme/plugin":        {"binary", 0o755},
		"products/acme/plugin.sha256": {hex.EncodeToString(sum[:]) + "  plugin\n", 0o644},
		"products/empty/profile.yaml": {"", 0o644},
		"credentials":                 {"user:password\n", 0o640},
		"open":                        {"user:password\n", 0o644},
		"ca.pem":                      {authority(t), 0o644},
		"empty.pem":                   {"", 0o644},
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.text), file.mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func authority(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// load writes text to a file, replacing DIR with the appliance's folder, and loads it.
func load(t *testing.T, dir, text string) (Settings, error) {
	t.Helper()
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "DIR", dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

const whole = `product: acme
products: DIR/products
collection_point: {host: localhost, port: 9443, ca: DIR/ca.pem}
sources:
  api: {url: "https://127.0.0.1:8443/api", credentials: DIR/credentials, ca: DIR/ca.pem, exports: DIR/open, pages: 5, verbose: true,
    agent: "[::1]:161", spool: /not/there, folders: [/var/crash, /not/there]}
`

func TestWholeConfiguration(t *testing.T) {
	s, err := load(t, appliance(t), whole)
	if err != nil {
		t.Fatal(err)
	}
	point := s.Installed.Profile.CollectionPoint
	if point.Host != "localhost" || point.Port != 9443 || s.Roots == nil {
		t.Errorf("overrides: got %+v, roots %v", point, s.Roots != nil)
	}
	if s.Analytics != "/var/log/usagedata/analytics.json" || s.Root != "/" || s.Folders.State != "/var/lib/usagedata" {
		t.Errorf("defaults: got %s, %s, %s", s.Analytics, s.Root, s.Folders.State)
	}
}

func TestSmallestConfiguration(t *testing.T) {
	s, err := load(t, appliance(t), "product: acme\nproducts: DIR/products\n")
	if err != nil {
		t.Fatal(err)
	}
	point := s.Installed.Profile.CollectionPoint
	if point.Host != "collect.example.com" || point.Port != 8443 || s.Roots != nil {
		t.Errorf("got %+v, roots %v: want the profile's", point, s.Roots)
	}
}

// mistake is a configuration, with text that its error and its hint must contain.
type mistake struct{ name, text, want, hint string }

// [Load] reports each mistake in one clear line with its place, and a hint if the administrator can
// act on it.
func TestMistakesInAConfiguration(t *testing.T) {
	for _, tt := range []mistake{
		{"unknown key", "product: acme\nprodcts: /x\n", `config.yaml:2: unknown key "prodcts"`, "`man usagedata`"},
		{"two documents", "product: acme\n---\ncollection_point: {ca: DIR/ca.pem}\n",
			"config.yaml:3: settings after a line --- or ... are not read", "remove the line ---"},
		{"no product", "products: DIR/products\n", "config.yaml:1: product is missing", ""},
		{"not installed", "products: DIR/products\nproduct: other\n", "config.yaml:2: product other: not installed in",
			"usagedata products"},
		{"announced", "product: acme2\nproducts: DIR/products\n",
			"config.yaml:1: product acme2 (Acme Two): announced for a later release", "later release"},
		{"no products folder", "product: acme\nproducts: DIR/nothing\n",
			"config.yaml:2: products: read products folder", "name the folder with products"},
		{"profile that is broken", "product: empty\nproducts: DIR/products\n",
			"/products/empty/profile.yaml:1: the file is empty", "install the product's package again"},
		{"product with a line break", "products: DIR/products\nproduct: \"a\\nb\"\n", `config.yaml:2: product "a\nb": not installed in`, ""},
		{"source with a line break", basic + "sources: {\"a\\nb\": {c: d}}\n", `sources.a\nb: product acme has no`, ""},
		{"setting with a line break", source("url: 'https://x', \"a\\nb\": c"), `sources.api.a\nb is not a setting`, ""},
		{"group with a line break", basic + "admin: {group: \"a\\nb\"}\n", `admin.group: group a\nb is not known`,
			"getent group"},
		{"relative CA", basic + "collection_point: {ca: ca.pem}\n",
			"config.yaml:3: collection_point.ca: ca.pem must be an absolute path", ""},
		{"fraction", basic + "log: {keep: 1.5}\n", "config.yaml:3: log.keep: a number must be whole", ""},
		{"key that is not text", basic + "collection_point:\n  host: x\n  1: y\n",
			"config.yaml:5: the key 1 must be text", ""},
		{"relative path", "product: acme\nproducts: products\n", "config.yaml:2: products must be an absolute path",
			""},
		{"host with a scheme", at("https://collect.example.com"),
			"config.yaml:3: collection_point.host must be a host " +
				"name or an address, without https://, port or brackets", ""},
		{"host with a port", at("localhost:9501"), "config.yaml:3: collection_point.host must", ""},
		{"host in brackets", at("'[::1]'"), "config.yaml:3: collection_point.host must", ""},
		{"address with a large number", at("10.0.0.999"), "config.yaml:3: collection_point.host must", ""},
		{"host of spaces", at("'  '"), "config.yaml:3: collection_point.host must", ""},
		{"empty host", at("''"), "config.yaml:3: collection_point.host must", ""},
		{"port 0", basic + "collection_point: {port: 0}\n",
			"config.yaml:3: collection_point.port must be between 1 and 65535", ""},
		{"port above 65535", basic + "collection_point: {port: 65536}\n",
			"config.yaml:3: collection_point.port must be between 1 and 65535", ""},
		{"malformed vendor key", basic + "vendor_keys: [RWbad]\n",
			`config.yaml:3: vendor_keys: "RWbad" is not a minisign public key`, ""},
		{"log level", "product: acme\nlog: {level: loud}\n", "config.yaml:2: log.level must be", ""},
		{"log.keep 0", "product: acme\nlog: {keep: 0}\n",
			"config.yaml:2: log.keep must be between 1 and 20", ""},
		{"log.size 100", "product: acme\nlog: {size: 100}\n", "config.yaml:2: log.size must be between 10000 and ",
			""},
		{"missing CA", "product: acme\nproducts: DIR/products\ncollection_point: {ca: DIR/no.pem}\n",
			"config.yaml:3: collection_point.ca: open ", "PEM file"},
		{"empty CA", "product: acme\nproducts: DIR/products\ncollection_point: {ca: DIR/empty.pem}\n",
			"empty.pem: the file has no certificate: it is empty", "BEGIN CERTIFICATE"},
		{"unknown source", "product: acme\nproducts: DIR/products\nsources:\n  db: {url: 'https://x'}\n",
			"config.yaml:4: sources.db: product acme has no such source", "the product's sources are: api"},
		{"unknown setting", source("uri: 'https://x'"),
			"config.yaml:4: sources.api.uri is not a setting of this source", ""},
		{"required setting", source("pages: 5"), "config.yaml:4: sources.api.url is missing", ""},
		{"not TLS", source("url: 'http://x'"), "config.yaml:4: sources.api.url must be an https URL", ""},
		{"password in the URL", source("url: 'https://u:p@x'"),
			"config.yaml:4: sources.api.url must be an https URL without a user", ""},
		{"credentials readable by others", source("url: 'https://x', credentials: DIR/open"),
			"can be read or changed by others",
			"chmod 0640"},
		{"missing credentials", source("url: 'https://x', credentials: DIR/nothing"),
			"config.yaml:4: sources.api.credentials: open ", ""},
		{"folder as a file", source("url: 'https://x', exports: DIR"), "is not a file", ""},
		{"pipe as a file", source("url: 'https://x', exports: DIR/pipe"), "is not a file", ""},
		{"pipe as credentials", source("url: 'https://x', credentials: DIR/pipe"), "is not a file", ""},
		{"pipe as authorities", source("url: 'https://x', ca: DIR/pipe"), "not a regular file", "PEM file"},
		{"relative file", source("url: 'https://x', exports: open"),
			"sources.api.exports: open must be an absolute path", ""},
		{"text as number", source("url: 'https://x', pages: many"), "sources.api.pages must be a whole number", ""},
		{"text as flag", source("url: 'https://x', verbose: 3"), "sources.api.verbose must be true or false", ""},
		{"number as text", source("url: 7"), "sources.api.url must be text: put the value into quotes", ""},
		{"list as text", source("url: ['https://x']"), "sources.api.url must be text, not a list", ""},
		{"keys as text", source("url: {a: b}"), "sources.api.url must be text, not a block of keys", ""},
		{"empty text", source("url: 'https://x', agent: ''"),
			"sources.api.agent is empty: give a value or remove the line", ""},
		{"no value", source("url: 'https://x', pages: null"),
			"sources.api.pages is empty: give a value or remove the line", ""},
		{"address without port", source("url: 'https://x', agent: localhost"),
			"config.yaml:4: sources.api.agent must be HOST:PORT", ""},
		{"address with a scheme", source("url: 'https://x', agent: 'udp://localhost:161'"),
			"sources.api.agent must be HOST:PORT", ""},
		{"address with port 65536", source("url: 'https://x', agent: 'localhost:65536'"),
			"sources.api.agent must be HOST:PORT", ""},
		{"path out of the root", source("url: 'https://x', spool: /var/../../etc"),
			"sources.api.spool must be an absolute path", ""},
		{"relative path of the appliance", source("url: 'https://x', spool: var/crash"),
			"sources.api.spool must be an absolute path", ""},
		{"path for a list", source("url: 'https://x', folders: /var/crash"),
			"sources.api.folders must be a list of 1 to 32 paths", ""},
		{"relative path in a list", source("url: 'https://x', folders: [/var/crash, crash]"),
			"sources.api.folders must be an absolute path", ""},
	} {
		tt.isNamed(t, appliance)
	}
}

// isNamed requires the error of the mistake to say where it is and how to correct it, and to hold
// no password.
func (m mistake) isNamed(t *testing.T, laid func(*testing.T) string) {
	t.Helper()
	t.Run(m.name, func(t *testing.T) {
		_, err := load(t, laid(t), m.text)
		if err == nil || !strings.Contains(err.Error(), m.want) {
			t.Fatalf("got  %v\nwant …%s…", err, m.want)
		}
		if hint := usage.HintOf(err); !strings.Contains(hint, m.hint) {
			t.Errorf("hint: got %q want …%s…", hint, m.hint)
		}
		if strings.Contains(err.Error(), "u:p@") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows a password: %v", err)
		}
	})
}

func source(settings string) string {
	return "product: acme\nproducts: DIR/products\nsources:\n  api: {" + settings + "}\n"
}

func at(host string) string { return basic + "collection_point: {host: " + host + "}\n" }

// S17: an IPv6 address is a host as it is, and an empty host is the profile's.
func TestHostsOfACollectionPoint(t *testing.T) {
	for text, want := range map[string]string{"'::1'": "::1", "localhost.": "localhost.", "": "collect.example.com",
		"null": "collect.example.com"} {
		s, err := load(t, appliance(t), at(text))
		if got := s.Installed.Profile.CollectionPoint.Host; err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "config.yaml"): "does not exist", t.TempDir(): "is not a file",
		pipe: "is not a file",
	} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), want) || usage.HintOf(err) == "" {
			t.Errorf("got %v, hint %q want %s", err, usage.HintOf(err), want)
		}
	}
}

// S6: a configuration and its authorities are read in each encoding that editors write.
func TestEncodingsOfAConfiguration(t *testing.T) {
	dir := appliance(t)
	write(t, dir, "ca.pem", append([]byte("\ufeff"), authority(t)...), 0o644)
	for _, text := range []string{"\ufeff" + whole, strings.ReplaceAll("\ufeff"+whole, "\n", "\r\n"),
		strings.ReplaceAll(whole, "\n", "\r")} {
		if s, err := load(t, dir, text); err != nil || s.Roots == nil {
			t.Errorf("%.9q: got %v", text, err)
		}
	}
}
