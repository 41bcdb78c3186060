package postgres

import (
	"os"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	cluster "polycom.com/usagedata/test/appliance/postgres"
	"polycom.com/usagedata/test/privateca"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	ca, another := authority(t), authority(t)
	expired, err := ca.IssueExpired("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	good := started(t, cluster.Config{CA: ca, Hosts: []string{"database.example"}})
	old := started(t, cluster.Config{CA: ca, Certificate: &expired})
	named := map[string]any{"server_name": "database.example"}
	table := []struct {
		name    string
		c       *cluster.Cluster
		changes map[string]any
		want    sdk.Reason
	}{
		{"verified", good, named, ""},
		{"another name", good, nil, sdk.Untrusted},
		{"another authority", good, map[string]any{"server_name": "database.example",
			"ca": file(t, 0o644, string(another.PEM()))}, sdk.Untrusted},
		{"the system's authorities", good, map[string]any{"server_name": "database.example", "ca": nil}, sdk.Untrusted},
		{"expired", old, nil, sdk.Untrusted},
		{"plain, where the server wants TLS", good, map[string]any{"ca": nil}, sdk.LoginRefused},
	}
	for _, row := range table {
		s, log := open(t, configured(t, row.c, row.changes))
		got, err := s.Statistics(t.Context())
		if row.want != "" && sdk.Explain(err) != row.want || row.want == "" && (err != nil || !got.Configured) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
		silent(t, row.c, row.name, err, log)
	}
}

func TestProtectionBeyondLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "localhost": false, "::ffff:127.0.0.1": false,
		"192.0.2.1": true, "database.example": true, "0.0.0.0": true, "localhost.example": true,
		"127.0.0.1.example": true,
		"fe80::1%lo":        true,
	} {
		got, err := settings{}.protection(host)
		if err != nil || (got != nil) != want {
			t.Errorf("%s: got TLS %t, %v, want %t", host, got != nil, err, want)
		}
		if got != nil && got.ServerName != host {
			t.Errorf("%s: got %q to verify, want the host", host, got.ServerName)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	ours, _ := shared.Sources(t.TempDir())
	credentials := ours["credentials"]
	table := map[string]map[string]any{
		"both": {"address": "127.0.0.1:1", "socket": "/run", "name": "clinic-db",
			"credentials": credentials},
		"name":                  {"address": "127.0.0.1:1", "credentials": credentials},
		"no server and no path": {"name": "clinic-db"},
		"HOST:PORT":             {"address": "127.0.0.1", "name": "clinic-db", "credentials": credentials},
		"address: ":             {"address": "/run:5432", "name": "clinic-db", "credentials": credentials},
		"any user": {"address": "127.0.0.1:1", "name": "clinic-db",
			"credentials": file(t, 0o644, "user-x:pass-x")},
		"USER:PASS": {"address": "127.0.0.1:1", "name": "clinic-db", "credentials": file(t, 0o600, "garbage-x")},
		"no such":   {"address": "127.0.0.1:1", "name": "clinic-db", "credentials": "/absent-x"},
		"certificate ": {"address": "127.0.0.1:1", "name": "clinic-db", "credentials": credentials,
			"ca": file(t, 0o644, "garbage-x")},
		"unknown":    {"addres": "127.0.0.1:1"},
		"wrong type": {"address": 5432},
	}
	for mend, source := range table {
		s, log := open(t, source)
		for range 2 {
			if _, err := s.Statistics(t.Context()); sdk.Explain(err) != sdk.Misconfigured {
				t.Errorf("%s: got %v, want %q", mend, err, sdk.Misconfigured)
			}
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), mend) {
			t.Errorf("%s: got log %q, want one line that says it", mend, log)
		}
		for _, value := range []string{"clinic-db", "user-x", "pass-x", "garbage-x", "absent-x", "127.0.0.1"} {
			if strings.Contains(log.String(), value) {
				t.Errorf("%s: got log %q, want no %q", mend, log, value)
			}
		}
	}
}

func authority(t *testing.T) *privateca.CA {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func started(t *testing.T, config cluster.Config) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestSocketBelowTheRoot(t *testing.T) {
	parent, folder := "/", strings.TrimPrefix(shared.Socket, "/")
	if i := strings.LastIndex(shared.Socket, "/"); i > 0 {
		parent, folder = shared.Socket[:i], shared.Socket[i:]
	}
	s, log := openAt(t, parent, configured(t, shared, map[string]any{
		"address": nil, "socket": folder, "credentials": file(t, 0o600, shared.PeerUser()+":\n"),
	}))
	if got := read(t, s); got.Connections == nil {
		t.Errorf("got %+v, log %s, want connections", got, log)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Errorf("the folder %s is there without the root, which proves nothing", folder)
	}
}
