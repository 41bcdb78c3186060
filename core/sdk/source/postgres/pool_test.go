package postgres

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"polycom.com/usagedata/core/sdk"
	cluster "polycom.com/usagedata/test/appliance/postgres"
)

// pool starts PgBouncer in front of the shared server for the duration of a test.
func pool(t *testing.T, settings map[string]string) *cluster.Pool {
	t.Helper()
	p, err := shared.Pool(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// S7, SEND-5: statistics and views are read, and the limits hold, behind PgBouncer with its
// defaults and in every pool mode.
func TestBehindAPool(t *testing.T) {
	install(t, `CREATE VIEW one AS SELECT 7::bigint AS number; CREATE VIEW slow AS SELECT 1::bigint AS number FROM pg_sleep(60);
		CREATE VIEW fails AS SELECT (1 / (SELECT 0))::bigint AS number`)
	user, _ := shared.Reader()
	for name, settings := range map[string]map[string]string{
		"as it comes":        {},
		"transaction":        {"pool_mode": "transaction"},
		"statement":          {"pool_mode": "statement"},
		"SCRAM":              {"auth_type": "scram-sha-256"},
		"trust":              {"auth_type": "trust"},
		"one connection":     {"pool_mode": "transaction", "default_pool_size": "1"},
		"checks each":        {"server_check_delay": "0", "server_reset_query_always": "1", "server_round_robin": "1"},
		"ends what is idle":  {"pool_mode": "transaction", "admin_users": user},
		"a new one for each": {"pool_mode": "transaction", "server_lifetime": "0"},
	} {
		p := pool(t, settings)
		s, log := open(t, configured(t, shared, map[string]any{"address": p.Address()}))
		s.limits.statement, s.limits.idle = time.Second, time.Minute
		got, err := s.Statistics(t.Context())
		if err != nil || got.SizeBytes == nil || got.Connections == nil || got.Version == "" || log.String() != "" {
			t.Errorf("%s: got %+v, %v, log %s want statistics\n%s", name, got, err, log, p.Log())
		}
		for view, want := range map[string]sdk.Reason{"slow": sdk.TimedOut, "fails": sdk.SourceFailed} {
			if _, err := Row[number2](t.Context(), s, view); sdk.Explain(err) != want {
				t.Errorf("%s: %s: got %v, want %q", name, view, err, want)
			}
		}
		if settings["admin_users"] != "" {
			endIdle(t, p)
		}
		if got, err := Row[number2](t.Context(), s, "one"); err != nil || *got.Number != 7 {
			t.Errorf("%s: got %v, %v, want 7\n%s", name, got, err, p.Log())
		}
		s.limits.statement = statementTimeout
		if diff := cmp.Diff(settingsWanted, sessionSettings(t, s)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		silent(t, shared, name, log)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

// endIdle makes PgBouncer close idle connections, and only these.
func endIdle(t *testing.T, p *cluster.Pool) {
	t.Helper()
	name, password := shared.Reader()
	conn, err := pgconn.Connect(t.Context(),
		fmt.Sprintf("postgres://%s:%s@%s/pgbouncer?sslmode=disable", name, url.QueryEscape(password), p.Address()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	set := func(seconds string) {
		if err := conn.Exec(t.Context(), "SET client_idle_timeout = '"+seconds+"'").Close(); err != nil {
			t.Fatal(err)
		}
	}
	set("0.001")
	if !soon(func() bool { return strings.Contains(p.Log(), "client_idle_timeout (age") }) {
		t.Fatalf("the idle connection does not end\n%s", p.Log())
	}
	set("0")
}

// S7: if a pool answers in place of the server, there is a reason, and the log says where to look.
func TestAPoolThatRefuses(t *testing.T) {
	name, password := shared.Reader()
	for _, row := range []struct {
		what              string
		settings, changes map[string]string
		want              sdk.Reason
		hint              string
	}{
		{"a wrong password", nil, map[string]string{"credentials": name + ":wrong"}, sdk.LoginRefused, "credentials"},
		{"an unknown role", nil, map[string]string{"credentials": "nobody-here:" + password}, sdk.LoginRefused,
			"credentials"},
		{"an unknown database", nil, map[string]string{"name": "other-clinic"}, sdk.NotFound, "the setting name"},
		{"its own console", nil, map[string]string{"name": "pgbouncer"}, sdk.LoginRefused, "credentials"},
		{"a database that it does not have", map[string]string{"databases": "elsewhere = host=/absent"}, nil,
			sdk.NotFound, "the setting name"},
		{"no connection left", map[string]string{"max_client_conn": "0"}, nil, sdk.SourceFailed,
			"too many connections"},
		{"the password in clear", map[string]string{"auth_type": "plain"}, nil, sdk.Untrusted, "in clear"},
		{"no server behind it", map[string]string{"databases": "* = host=/absent"}, nil, sdk.TimedOut, ""},
		{"a wait that it ends", map[string]string{"databases": "* = host=/absent", "query_wait_timeout": "0.05",
			"client_login_timeout": "0.05"}, nil, sdk.TimedOut, "connection pool has no connection"},
		{"TLS that it does not have", nil, map[string]string{"server_name": "127.0.0.1"}, sdk.Untrusted, "enable TLS"},
	} {
		p := pool(t, row.settings)
		changes := map[string]any{"address": p.Address()}
		for key, value := range row.changes {
			changes[key] = value
			if key == "credentials" {
				changes[key] = file(t, 0o600, value)
			}
		}
		s, log := open(t, configured(t, shared, changes))
		s.limits.waits = nil
		if row.want == sdk.TimedOut && row.hint == "" {
			s.limits.connect = 100 * time.Millisecond
		}
		got, err := s.Statistics(t.Context())
		if sdk.Explain(err) != row.want || !strings.Contains(log.String(), row.hint) || got != (Statistics{}) {
			t.Errorf("%s: got %+v, %v want %q and a hint about %q\n%s\n%s", row.what, got, err, row.want, row.hint, log,
				p.Log())
		}
		silent(t, shared, row.what, err, log)
		if strings.Contains(log.String(), "other-clinic") || strings.Contains(log.String(), "nobody-here") {
			t.Errorf("%s: got log %q, want no name", row.what, log)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

// S7, SEND-2's rule for the source: the certificate is the pool's, and it is verified.
func TestTLSToAPool(t *testing.T) {
	t.Parallel()
	ca, another := authority(t), authority(t)
	c := started(t, cluster.Config{CA: ca})
	p, err := c.Pool(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for authority, want := range map[string]sdk.Reason{string(ca.PEM()): "", string(another.PEM()): sdk.Untrusted} {
		s, log := open(t, configured(t, c, map[string]any{"address": p.Address(), "ca": file(t, 0o644, authority)}))
		got, err := s.Statistics(t.Context())
		if want != "" && sdk.Explain(err) != want || want == "" && (err != nil || got.SizeBytes == nil) {
			t.Errorf("got %+v, %v, want %q\n%s\n%s", got, err, want, log, p.Log())
		}
		silent(t, c, err, log)
	}
}

// S7: the settings that an administrator gives the role do not affect the values that we read.
func TestUnusualSettingsOfARole(t *testing.T) {
	install(t, `CREATE VIEW one AS SELECT 7::bigint AS whole, 0.1::float8 + 0.2::float8 AS "real", true AS flag, 'word'::text AS text,
		'2026-03-01 12:00Z'::timestamptz AS "time", '1 day 12 hours'::interval AS lasting, ARRAY['a', NULL] AS texts`)
	yes, sum, day := true, 0.30000000000000004, 36*time.Hour
	want := all{part{"word"}, n(7), &yes, &sum, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), &day, []string{"a"}, ""}
	name, _ := shared.Reader()
	resetRole(t)
	for _, setting := range []string{
		"search_path = usage_data, public", "datestyle = 'German, DMY'", "timezone = 'Asia/Kathmandu'",
		"extra_float_digits = -15", "intervalstyle = 'sql_standard'", "bytea_output = 'escape'",
		"client_encoding = 'LATIN1'", "quote_all_identifiers = on", "lc_messages = 'C'",
		"lc_numeric = 'C'", "standard_conforming_strings = off", "default_transaction_read_only = off",
		"default_transaction_isolation = 'serializable'",
		"default_transaction_deferrable = on", "statement_timeout = '1h'",
		"lock_timeout = '1h'", "idle_in_transaction_session_timeout = 1", "client_min_messages = debug5",
		"application_name = 'other'", "row_security = off", "array_nulls = off", "track_activities = off",
	} {
		mustExec(t, fmt.Sprintf("ALTER ROLE %q SET %s", name, setting))
	}
	s, log := open(t, configured(t, shared, nil))
	got, err := Row[all](t.Context(), s, "one")
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(all{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s\n%s", err, diff, log)
	}
	if diff := cmp.Diff(settingsWanted, sessionSettings(t, s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got, err := s.Statistics(t.Context()); err != nil || got.SizeBytes == nil || got.OldestTransaction == nil {
		t.Errorf("got %+v, %v, want statistics", got, err)
	}
}

// S7: if the role may not connect, the reason is logged once. If the role has to wait for a
// connection, the plugin waits.
func TestARoleThatMayNotConnect(t *testing.T) {
	name, _ := shared.Reader()
	resetRole(t)
	for alteration, want := range map[string]struct {
		reason sdk.Reason
		hint   string
		most   int // attempts
	}{
		"VALID UNTIL '2020-01-01'": {sdk.LoginRefused, "until when the role is valid", 1},
		"NOLOGIN":                  {sdk.LoginRefused, "the rules for authentication", 1},
		"CONNECTION LIMIT 0":       {sdk.SourceFailed, "too many connections", 3},
	} {
		mustExec(t, fmt.Sprintf("ALTER ROLE %q %s", name, alteration))
		s, log := open(t, configured(t, shared, nil))
		s.limits.waits = []time.Duration{time.Millisecond, time.Millisecond}
		_, err := s.Statistics(t.Context())
		if sdk.Explain(err) != want.reason || !strings.Contains(log.String(), want.hint) ||
			s.Cost().Connections != want.most {
			t.Errorf("%s: got %v after %+v, want %+v\n%s", alteration, err, s.Cost(), want, log)
		}
		silent(t, shared, err, log)
		mustExec(t, fmt.Sprintf("ALTER ROLE %q LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity'", name))
	}
}

// S19: a role that may have one connection is enough, even if a killed process has left a
// connection that closes a moment later.
func TestOneConnectionIsEnough(t *testing.T) {
	install(t, `CREATE VIEW one AS SELECT 7::bigint AS number;
		CREATE VIEW slow AS SELECT 1::bigint AS number FROM pg_sleep(60)`)
	name, _ := shared.Reader()
	resetRole(t)
	alone := func() bool {
		return count(t, fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'", name)) == 0
	}
	if !soon(alone) {
		t.Fatal("sessions of earlier tests are left")
	}
	mustExec(t, fmt.Sprintf("ALTER ROLE %q CONNECTION LIMIT 1", name))
	left, _ := open(t, configured(t, shared, nil))
	if _, err := Row[number2](t.Context(), left, "one"); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { left.conn.Conn().Close() }) // as the kernel does
	s, log := open(t, configured(t, shared, nil))
	if got, err := Row[number2](t.Context(), s, "one"); err != nil || *got.Number != 7 || s.Cost().Connections < 2 {
		t.Errorf("got %v, %v after %+v, want 7 when there is a place\n%s", got, err, s.Cost(), log)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Row[number2](ctx, s, "slow"); sdk.Explain(err) != sdk.TimedOut {
		t.Errorf("got %v, want that the caller gave up", err)
	}
	if got, err := Row[number2](t.Context(), s, "one"); err != nil || *got.Number != 7 {
		t.Errorf("after it: got %v, %v, want 7\n%s", got, err, log)
	}
}

// S7: if a server or a pool closes idle sessions, each costs a new connection, and no value is
// lost.
func TestASessionThatWasEnded(t *testing.T) {
	ended := func(s *Server) func() bool {
		pid := s.conn.PID()
		return func() bool {
			return count(t, fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d", pid)) == 0
		}
	}
	for name, end := range map[string]func(*Server){
		"idle_session_timeout": func(s *Server) {
			if err := s.conn.Exec(t.Context(), "SET idle_session_timeout = 20").Close(); err != nil {
				t.Fatal(err)
			}
		},
		"pg_terminate_backend": func(s *Server) {
			mustExec(t, fmt.Sprintf("SELECT pg_terminate_backend(%d)", s.conn.PID()))
		},
	} {
		s, log := open(t, configured(t, shared, nil))
		s.limits.idle = time.Minute
		for want := 1; want <= maxBroken+2; want++ {
			if _, err := s.Statistics(t.Context()); err != nil || s.Cost().Connections != want {
				t.Fatalf("%s: got %v after %+v, want statistics and %d connections\n%s", name, err, s.Cost(), want, log)
			}
			gone := ended(s)
			if end(s); !soon(gone) {
				t.Fatalf("%s: the session does not end", name)
			}
		}
		if got := s.Cost(); got.Queries != maxBroken+2 {
			t.Errorf("%s: got %+v, want no statement sent to a session that has ended", name, got)
		}
	}
}
