package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/privateca"
)

// machine returns a folder with the files that a configuration names, and the configuration of a
// receiver that works.
func machine(t *testing.T) (dir, text string) {
	t.Helper()
	dir = t.TempDir()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "ca.pem", string(ca.PEM()), 0o644)
	now := time.Now()
	for name, issue := range map[string]func() (tls.Certificate, error){
		"server":  func() (tls.Certificate, error) { return ca.Issue("collect.example.com") },
		"other":   func() (tls.Certificate, error) { return ca.Issue("collect.example.com") },
		"expired": func() (tls.Certificate, error) { return ca.IssueExpired("collect.example.com") },
		"early": func() (tls.Certificate, error) {
			return ca.IssueFor(now.Add(time.Hour), now.Add(2*time.Hour), "collect.example.com")
		},
		"nameless": func() (tls.Certificate, error) { return ca.Issue() },
		"client":   func() (tls.Certificate, error) { return ca.IssueClient("appliance") },
	} {
		pair, err := issue()
		if err != nil {
			t.Fatal(err)
		}
		both, err := privateca.PEM(pair)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name+".pem", string(both), 0o640)
	}
	write(t, dir, "id", "AKIA\n", 0o644)
	write(t, dir, "secret", secret+"\n", 0o640)
	return dir, fmt.Sprintf("certificate: %[1]s/server.pem\nkey: %[1]s/server.pem\nstore:\n  folder: %[1]s\n", dir)
}

const secret = "s3cretDoNotShow"

func write(t *testing.T, dir, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
	return path
}

// A short file gets the defaults, and one with every key is read.
func TestLoad(t *testing.T) {
	dir, text := machine(t)
	s, err := Load(write(t, dir, "config.yaml", text, 0o640))
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen[0] != ":8443" || s.Retention != 45 || s.Limits.Idle != 5*time.Second || s.ClientPool != nil {
		t.Errorf("got %+v want the defaults", s.Config)
	}
	long := fmt.Sprintf(`listen: ["127.0.0.1:8443", "[::1]:8443", ":443"]
certificate: %[1]s/server.pem
key: %[1]s/server.pem
client_authorities: %[1]s/ca.pem
client_certificates: required
balancers: [10.0.0.0/24, "2001:db8::/64", 192.0.2.7]
inner: 10.0.0.9:9464
inner_exposed: true
products: [acme, acme2]
store:
  s3:
    endpoint: https://s3.example.com:9000
    bucket: usage-data
    prefix: raw/a
    region: eu-central-1
    access_key_file: %[1]s/id
    secret_key_file: %[1]s/secret
    ca: %[1]s/ca.pem
    path_style: false
retention: 90
gather: 200ms
gather_late: 2s
limits: {connections: 1, connections_per_peer: 1, requests_per_peer: 1, memory: 1048576,
  handshake: 1s, upload: 1m, idle: 1s}
retry_after: {min: 30s, max: 1h}
log: {level: debug, json: true}
`, dir)
	s, err = Load(write(t, dir, "config.yaml", long, 0o640))
	if err != nil {
		t.Fatal(err)
	}
	if s.Store.S3.Region != "eu-central-1" || s.ClientPool == nil || len(s.Networks) != 3 {
		t.Errorf("got %+v want all keys", s)
	}
	if shown := fmt.Sprintf("%+v", s); strings.Contains(shown, secret) {
		t.Errorf("printing the settings shows the secret: %s", shown)
	}
	if got := s.AtStore(usage.WithHint(errors.New("no answer"), "ask")); got.Error() !=
		filepath.Join(dir, "config.yaml")+":12: store.s3: no answer" || usage.HintOf(got) != "ask" {
		t.Errorf("got %v want the line of the store", got)
	}
}

// COLL-1: a mistake is named with its line and the key in full, before the receiver listens. No error
// shows a secret.
func TestMistakesAreNamed(t *testing.T) {
	dir, good := machine(t)
	write(t, dir, "open", secret+"\n", 0o644)
	write(t, dir, "two", secret+"\n"+secret+"\n", 0o640)
	write(t, dir, "open.pem", read(t, dir, "server.pem"), 0o644)
	write(t, dir, "locked.pem",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", 0o600)
	write(t, dir, "der", "0\x82\x04\xbe", 0o640)
	const folder = "store:\n  folder: ~\n"
	const s3 = "store: {s3: {endpoint: 'https://s3.example.com', bucket: usage, access_key_file: ~/id, " +
		"secret_key_file: ~/secret}}"
	for _, tt := range []struct{ from, to, want string }{
		{"certificate:", "certificat:", `:1: unknown key "certificat"`},
		{"certificate: ~/server.pem\n", "", ":1: certificate is missing"},
		{"key: ~/server.pem\n", "", ":1: key is missing"},
		{"certificate: ~/", "certificate: ", ":1: certificate must be an absolute path"},
		{"certificate: ~/server.pem", "certificate: ~/gone.pem", ":1: certificate: ~/gone.pem does not exist"},
		{"certificate: ~/server.pem", "certificate: ~", ":1: certificate: ~: not a regular file"},
		{"certificate: ~/server.pem", "certificate: ~/der",
			":1: certificate: ~/der does not begin with a certificate in PEM"},
		{"~/server.pem", "~/expired.pem", ":1: certificate: ~/expired.pem expired on "},
		{"~/server.pem", "~/early.pem", ":1: certificate: ~/early.pem is not valid before "},
		{"~/server.pem", "~/nameless.pem", ":1: certificate: ~/nameless.pem names no host (subjectAltName)"},
		{"~/server.pem", "~/client.pem", ":1: certificate: ~/client.pem is not for servers (extendedKeyUsage)"},
		{"key: ~/server.pem", "key: ~/other.pem",
			":2: key: ~/other.pem is not the key of the first certificate in ~/server.pem"},
		{"key: ~/server.pem", "key: ~/open.pem", ":2: key: ~/open.pem can be read or changed by others"},
		{"key: ~/server.pem", "key: ~/locked.pem", ":2: key: ~/locked.pem is encrypted with a password"},
		{"key: ~/server.pem", "key: ~/secret", ":2: key: ~/secret has no key in PEM"},
		{"", "client_certificates: sometimes\n", ":1: client_certificates must be none, optional or required"},
		{"", "client_certificates: required\n", ":1: client_authorities is missing"},
		{"", "client_authorities: ~/ca.pem\n",
			":1: client_authorities has no effect while client_certificates is none"},
		{"", "client_certificates: optional\nclient_authorities: ~/id\n",
			":2: client_authorities: ~/id has no certificate in PEM that is valid now"},
		{"", "listen: []\n", ":1: listen is empty"},
		{"", "listen: ['8443']\n", `:1: listen[0] must be ADDRESS:PORT or :PORT, not "8443"`},
		{"", "listen: [':99999']\n", `:1: listen[0] must be ADDRESS:PORT or :PORT, not ":99999"`},
		{"", "listen: ['localhost:1']\n", `:1: listen[0] must have an IP address, not "localhost"`},
		{"", "listen:\n- 127.0.0.1:1\n- ':1'\n", ":3: listen[1] has :1, which overlaps with 127.0.0.1:1"},
		{"", "listen: ['0.0.0.0:9464']\n", ":1: inner has 127.0.0.1:9464, which overlaps with 0.0.0.0:9464"},
		{"", "inner: ':9464'\n", ":1: inner :9464 can be reached from other machines, without TLS"},
		{"", "balancers: [0.0.0.0/0]\n", ":1: balancers[0] must not be all addresses"},
		{"", "balancers: [10.0.0.1/8]\n", ":1: balancers[0] has 10.0.0.1/8, whose network is 10.0.0.0/8"},
		{"", "balancers: [lb.example.com]\n", ":1: balancers[0] must be an address or a network such as"},
		{"", "products: [Acme]\n", `:1: products must be 2 to 32 lower-case letters and digits, not "Acme"`},
		{"", "products: [acme, acme]\n", `:1: products has "acme" twice`},
		{"", "retention: 44\n", ":1: retention must be between 45 and 3660"},
		{"", "gather: 5\n", ":1: gather must be a time such as 90s, 5m or 2h, not a whole number"},
		{"", "gather: 6s\n", ":1: gather must be between 0s and 5s"},
		{"", "limits: {connections: 0}\n", ":1: limits.connections must be between 1 and 1000000"},
		{"", "retry_after: {min: 1h}\n", ":1: retry_after.max must not be shorter than retry_after.min"},
		{"", "log: {level: loud}\n", ":1: log.level must be debug, info, warn or error"},
		{folder, "", ":1: store is missing"},
		{"folder: ~", "folder: ~\n  s3: {bucket: usage}", ":4: store must be either a folder or s3, not both"},
		{"folder: ~", "folder: here", ":4: store.folder must be an absolute path"},
		{folder, strings.Replace(s3, "https:", "http:", 1), ":3: store.s3.endpoint must begin with https://"},
		{folder, strings.Replace(s3, "https://", "https://a:b@", 1), ":3: store.s3.endpoint must be https://HOST"},
		{folder, strings.Replace(s3, "bucket: usage", "bucket: Usage", 1), ":3: store.s3.bucket must be 3 to 63"},
		{folder, strings.Replace(s3, "bucket", "prefix: a/../b, bucket", 1), ":3: store.s3.prefix must be letters"},
		{folder, strings.Replace(s3, "~/secret", "~/open", 1),
			":3: store.s3.secret_key_file: ~/open can be read or changed by others"},
		{folder, strings.Replace(s3, "~/secret", "~/two", 1),
			":3: store.s3.secret_key_file: ~/two must have one line of printable ASCII and nothing else"},
	} {
		here := func(text string) string { return strings.ReplaceAll(text, "~", dir) }
		from, to := here(tt.from), here(tt.to)
		text := strings.ReplaceAll(good, from, to)
		if from == "" {
			text = to + good
		}
		path := write(t, dir, "config.yaml", text, 0o640)
		_, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), path+here(tt.want)) || strings.Contains(err.Error(), secret) {
			t.Errorf("%q for %q: got %v\nwant %s", tt.to, tt.from, err, here(tt.want))
		}
	}
	if _, err := Load(write(t, dir, "config.yaml", good+"listen: [x]\nretention: 1\nlog: {level: x}\n",
		0o640)); strings.Count(fmt.Sprint(err), "\n") != 2 {
		t.Errorf("got %v want three lines", err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A file that cannot be read is an error with a hint.
func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		"":                                     "no file is named",
		dir:                                    "is not a file",
		dir + "/no":                            "does not exist",
		write(t, dir, "empty.yaml", "", 0o640): "empty.yaml:1: the file is empty",
		write(t, dir, "two.yaml", "key: a\n---\nb: c\n", 0o640): "are not read",
	} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), want) || usage.HintOf(err) == "" {
			t.Errorf("%q: got %v, hint %q, want %q with a hint", path, err, usage.HintOf(err), want)
		}
	}
}
