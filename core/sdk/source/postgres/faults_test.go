package postgres

import (
	"net"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	cluster "polycom.com/usagedata/test/appliance/postgres"
)

// listener accepts connections, passes each to serve, and returns its address.
func listener(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// CAT-*: each failure has a reason that an administrator understands, and the messages identify no
// one (ANON-1).
func TestConnectionsThatFail(t *testing.T) {
	user, password := shared.Reader()
	recovering, err := shared.Recovering()
	if err != nil {
		t.Fatal(err)
	}
	defer recovering.Close()
	says := func(text string) map[string]any {
		return map[string]any{"address": listener(t, func(c net.Conn) { _, _ = c.Write([]byte(text)) })}
	}
	table := []struct {
		name    string
		c       *cluster.Cluster
		changes map[string]any
		want    sdk.Reason
	}{
		{"a wrong password", shared, map[string]any{"credentials": file(t, 0o600, user+":wrong")}, sdk.LoginRefused},
		{"an unknown role", shared, map[string]any{"credentials": file(t, 0o600, "nobody-here:"+password)},
			sdk.LoginRefused},
		{"no password", shared, map[string]any{"credentials": file(t, 0o600, user+":")}, sdk.LoginRefused},
		{"an unknown database", shared, map[string]any{"name": "other-clinic"}, sdk.NotFound},
		{"in recovery", recovering, nil, sdk.SourceStarting},
		{"nobody listens", shared, map[string]any{"address": closed(t)}, sdk.Refused},
		{"a host that is not known", shared, map[string]any{"address": "clinic.invalid:5432"}, sdk.Unresolved},
		{"no socket", shared, map[string]any{"address": nil, "socket": t.TempDir()}, sdk.NotFound},
		{"no folder of sockets", shared, map[string]any{"address": nil, "socket": "/absent"}, sdk.NotFound},
		{"half open", shared, map[string]any{"address": listener(t, func(net.Conn) {})}, sdk.TimedOut},
		{"hangs up", shared, map[string]any{"address": listener(t, func(c net.Conn) { c.Close() })}, sdk.SourceFailed},
		{"a web server", shared, says("HTTP/1.1 400 Bad Request\r\n\r\n"), sdk.Malformed},
		{"garbage", shared, says("\x00\x00\x00\x00\x08garbage that goes on"), sdk.Malformed},
		{"an error of its own", shared, says("E\x00\x00\x00\x2bSFATAL\x00C28000 ward7-scheduler\x00Mportal\x00\x00"),
			sdk.LoginRefused},
		{"TLS that is not offered", shared, map[string]any{"server_name": "127.0.0.1"}, sdk.Untrusted},
	}
	for _, row := range table {
		s, log := open(t, configured(t, row.c, row.changes))
		if row.want == sdk.TimedOut {
			s.limits.connect = 100 * time.Millisecond
		}
		for range 3 {
			if got, err := s.Statistics(t.Context()); got != (Statistics{}) || sdk.Explain(err) != row.want {
				t.Errorf("%s: got %+v, %v, want %q", row.name, got, err, row.want)
			} else {
				silent(t, shared, row.name, err, log)
				silent(t, recovering, row.name, err, log)
			}
		}
		if got := s.Cost(); got.Connections > 1 || got.Queries != 0 {
			t.Errorf("%s: got %+v, want one attempt: products lock accounts", row.name, got)
		}
		for _, word := range []string{"other-clinic", "nobody-here", "clinic.invalid", "absent"} {
			if strings.Contains(log.String(), word) {
				t.Errorf("%s: got log %q, want no %q", row.name, log, word)
			}
		}
	}
}

// A password is never sent in clear text: the listener at the server's address may be an impostor.
func TestNoPasswordInClear(t *testing.T) {
	got := make(chan string, 10)
	address := listener(t, func(c net.Conn) {
		defer c.Close()
		buffer := make([]byte, 4096)
		_, _ = c.Read(buffer)
		_, _ = c.Write([]byte{'R', 0, 0, 0, 8, 0, 0, 0, 3}) // AuthenticationCleartextPassword
		size, _ := c.Read(buffer)
		got <- string(buffer[:size])
	})
	s, log := open(t, configured(t, shared, map[string]any{"address": address}))
	if _, err := s.Statistics(t.Context()); sdk.Explain(err) != sdk.Untrusted ||
		!strings.Contains(log.String(), "in clear") {
		t.Errorf("got %v and log %q, want %q and why", err, log, sdk.Untrusted)
	}
	silent(t, shared, <-got, log)
}

// SEND-2's rule for the source: the certificate is verified beyond loopback, and if the settings
// ask for it. The unix socket is below the plugin's root, and peer authentication needs no
// password.
