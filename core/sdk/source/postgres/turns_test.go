package postgres

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	cluster "polycom.com/usagedata/test/appliance/postgres"
)

func TestAtMostOneConnection(t *testing.T) {
	install(t, "CREATE VIEW sessions AS SELECT count(*) AS number "+
		"FROM pg_stat_activity, pg_sleep(0.01) WHERE application_name = 'usagedata'")
	alone := func() bool {
		return count(t, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'usagedata'") == 0
	}
	if !soon(alone) {
		t.Fatal("sessions of earlier tests are left")
	}
	s, _ := open(t, configured(t, shared, nil))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := Row[number2](t.Context(), s, "sessions")
			if err != nil || *got.Number != 1 {
				t.Errorf("got %+v, %v, want 1 session", got, err)
			}
			if _, err := s.Statistics(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := s.Cost(); got.Connections != 1 || got.Queries != 17 {
		t.Errorf("got %+v, want 1 connection and 17 queries: the catalog once", got)
	}
	s.Close()
	if !soon(alone) {
		t.Error("the session is left after Close")
	}
}

func TestAViewThatTakesTooLong(t *testing.T) {
	install(t, `CREATE VIEW slow AS SELECT 1::bigint AS number FROM pg_sleep(60); CREATE VIEW quick AS SELECT 2::bigint AS number;
		CREATE TABLE busy (number bigint); CREATE VIEW waits AS SELECT number FROM busy`)
	conn := product(t)
	if err := shared.Exec(t.Context(),
		"GRANT ALL ON SCHEMA usage_data TO PUBLIC; GRANT ALL ON usage_data.busy TO PUBLIC"); err != nil {
		t.Fatal(err)
	}
	run(t, conn, "BEGIN", "LOCK TABLE usage_data.busy")
	s, _ := open(t, configured(t, shared, nil))
	s.limits.statement = time.Second // also for the fast query, on a busy machine
	for _, view := range []string{"slow", "waits"} {
		if _, err := Row[number2](t.Context(), s, view); sdk.Explain(err) != sdk.TimedOut {
			t.Errorf("%s: got %v, want %q", view, err, sdk.TimedOut)
		}
	}
	if got, err := Row[number2](t.Context(), s, "quick"); err != nil || *got.Number != 2 {
		t.Errorf("after it: got %+v, %v, want 2", got, err)
	}
	if got := s.Cost().Connections; got != 1 {
		t.Errorf("got %d connections, want 1: the server gave up, not we", got)
	}
}

func TestACallerThatGivesUp(t *testing.T) {
	install(t, "CREATE VIEW slow AS SELECT 1::bigint AS number FROM pg_sleep(60); "+
		"CREATE VIEW quick AS SELECT 2::bigint AS number")
	s, _ := open(t, configured(t, shared, nil))
	if _, err := Row[number2](t.Context(), s, "quick"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Row[number2](ctx, s, "slow"); sdk.Explain(err) != sdk.TimedOut {
		t.Errorf("got %v, want %q", err, sdk.TimedOut)
	}
	if got, err := Row[number2](t.Context(), s, "quick"); err != nil || *got.Number != 2 {
		t.Errorf("the next: got %+v, %v, want 2", got, err)
	}
	ended := func() bool {
		return count(t, "SELECT count(*) FROM pg_stat_activity "+
			"WHERE application_name = 'usagedata' AND state = 'active'") == 0
	}
	if !soon(ended) {
		t.Error("got a statement still running, want none")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	fresh, _ := open(t, configured(t, shared, nil))
	for range 10 { // some of them get as far as connecting
		if _, err := fresh.Statistics(stopped); err == nil {
			t.Error("a caller that has given up: got no error, want one")
		}
	}
	if _, err := fresh.Statistics(t.Context()); err != nil {
		t.Errorf("the next: got %v, want that the others' haste is not its own", err)
	}
}

func TestAServerThatStops(t *testing.T) {
	c := started(t, cluster.Config{})
	s, log := open(t, configured(t, c, nil))
	if _, err := s.Statistics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, broken := s.Statistics(t.Context())
	_, gone := s.Statistics(t.Context())
	for _, err := range []error{broken, gone} { // the broken connection is not final
		if got := sdk.Explain(err); got != sdk.Refused {
			t.Errorf("got %q, want %q", got, sdk.Refused)
		}
	}
	silent(t, c, broken, gone, log)
}

func TestAStandby(t *testing.T) {
	install(t, "CREATE VIEW quick AS SELECT 2::bigint AS number")
	c, err := shared.Standby()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, log := open(t, configured(t, c, nil))
	got, err := s.Statistics(t.Context())
	if err != nil || got.InRecovery == nil || !*got.InRecovery || got.SizeBytes == nil || got.Connections == nil {
		t.Errorf("got %+v, %v, want statistics of a server in recovery", got, err)
	}
	_, err = Row[number2](t.Context(), s, "quick")
	if sdk.Explain(err) != sdk.SourceStarting {
		t.Errorf("got %v, want %q", err, sdk.SourceStarting)
	}
	silent(t, c, err, log)
}

func TestQueriesAreBounded(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	var err error
	for range maxQueries + 3 {
		_, err = s.Statistics(t.Context())
	}
	if got := s.Cost().Queries; err == nil || got != maxQueries {
		t.Errorf("got %v after %d queries, want an error after %d", err, got, maxQueries)
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	s.limits.idle = 200 * time.Millisecond // longer than a busy machine takes between two queries
	for want := 1; want <= maxBroken+2; want++ {
		if _, err := s.Statistics(t.Context()); err != nil || s.Cost().Connections != want {
			t.Fatalf("got %v after %+v, want connection %d", err, s.Cost(), want)
		}
		resting := func() bool { s.turns <- struct{}{}; defer func() { <-s.turns }(); return s.conn == nil }
		if !soon(resting) {
			t.Fatal("the connection is kept")
		}
	}
}

func TestConnectionsThatBreak(t *testing.T) {
	install(t, "CREATE VIEW fatal AS SELECT pg_terminate_backend(pg_backend_pid())::integer AS number")
	s, _ := open(t, configured(t, shared, nil))
	for range maxBroken + 3 {
		if got, err := Row[number2](t.Context(), s, "fatal"); err == nil {
			t.Errorf("got %v, want an error", got)
		}
	}
	if got := s.Cost(); got.Connections != maxBroken || got.Queries != 1+maxBroken {
		t.Errorf("got %+v, want %d connections, and no statement of which one broke started again", got, maxBroken)
	}
}

// SEND-5: if the process of a statement is terminated, or killed as by the OOM killer, the
// statement is not started again.
func TestAStatementThatIsKilled(t *testing.T) {
	c := started(t, cluster.Config{})
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		s, log := open(t, configured(t, c, nil))
		if _, err := s.Statistics(t.Context()); err != nil {
			t.Fatalf("%v: %v\n%s", signal, err, log)
		}
		pid, began := int(s.conn.PID()), s.Cost().Queries
		asked := make(chan error)
		go func() {
			_, err := s.ask(t.Context(),
				question{"one", []selected{{"number", "1::text"}}, "FROM pg_sleep(60)", time.Time{}})
			asked <- err
		}()
		if !soon(func() bool { return active(t, c, pid) }) {
			t.Fatalf("%v: the statement does not begin", signal)
		}
		if err := syscall.Kill(pid, signal); err != nil {
			t.Fatal(err)
		}
		if err := <-asked; err == nil || s.Cost().Queries != began+1 || s.Cost().Connections != 1 {
			t.Errorf("%v: got %v after %+v, want an error after %d queries", signal, err, s.Cost(), began+1)
		}
	}
}

// active reports whether a session runs a statement.
func active(t *testing.T, c *cluster.Cluster, pid int) bool {
	t.Helper()
	err := c.Exec(t.Context(), fmt.Sprintf(`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_stat_activity
		WHERE pid = %d AND wait_event = 'PgSleep') THEN RAISE 'no'; END IF; END $$`, pid))
	return err == nil
}

// SEND-5: if an answer is too large, it is read once, however often it is requested, and the error
// reveals nothing of the server.
func TestAnAnswerThatIsTooLarge(t *testing.T) {
	s, log := open(t, configured(t, shared, nil))
	if _, err := s.Statistics(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range maxBroken + 1 {
		before := s.Cost().Queries
		_, err := s.ask(t.Context(),
			question{"one", []selected{{"text", "repeat('x', 10000)"}}, "FROM generate_series(1, 100000)", time.Time{}})
		if sdk.Explain(err) != sdk.Malformed || s.Cost().Queries != before+1 {
			t.Errorf("got %v after %d queries, want %q after one", err, s.Cost().Queries-before, sdk.Malformed)
		}
	}
	if _, err := s.Statistics(t.Context()); err != nil {
		t.Errorf("the next: got %v, want statistics\n%s", err, log)
	}
}

// proxied starts a proxy to a server. Once quiet is set, the proxy drops everything.
func proxied(t *testing.T, to string) (address string, quiet *atomic.Bool) {
	t.Helper()
	quiet = &atomic.Bool{}
	return listener(t, func(ours net.Conn) {
		theirs, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer theirs.Close()
		go func() { _, _ = io.Copy(theirs, ours) }()
		buffer := make([]byte, 4096)
		for {
			size, err := theirs.Read(buffer)
			if err != nil || quiet.Load() {
				return
			}
			_, _ = ours.Write(buffer[:size])
		}
	}), quiet
}

// CAT-*: a server may stop answering half-way.
func TestASilentServerTimesOut(t *testing.T) {
	source := configured(t, shared, nil)
	address, quiet := proxied(t, source["address"].(string))
	source["address"] = address
	s, log := open(t, source)
	if _, err := s.Statistics(t.Context()); err != nil {
		t.Fatal(err)
	}
	quiet.Store(true)
	s.limits = limits{100 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond, time.Second, nil}
	began := time.Now()
	_, err := s.Statistics(t.Context())
	if took := time.Since(began); sdk.Explain(err) != sdk.TimedOut || took > 5*time.Second {
		t.Errorf("got %v after %v, want %q after the server's time and a little more", err, took, sdk.TimedOut)
	}
	silent(t, shared, err, log)
}
