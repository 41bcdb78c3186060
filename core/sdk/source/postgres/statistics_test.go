package postgres

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// product opens a session as the product does.
func product(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := shared.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the session ends either way
	return conn
}

func run(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// flush adds a session's counts to the statistics at once.
const flush = "SELECT pg_stat_force_next_flush()"

func read(t *testing.T, s *Server) Statistics {
	t.Helper()
	got, err := s.Statistics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// CAT-system_resource_usage: 200 committed and 100 rolled-back transactions are 300. The two
// readings themselves add a few.
func TestTransactionsAreCounted(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	conn := product(t)
	run(t, conn, flush)
	before := read(t, s)
	for i := range 200 {
		run(t, conn, "SELECT 1")
		if i%2 == 0 {
			run(t, conn, "BEGIN", "SELECT 1", "ROLLBACK")
		}
	}
	run(t, conn, flush)
	counted := func() bool { return *read(t, s).Transactions-*before.Transactions >= 300 }
	if !soon(counted) {
		t.Fatalf("got %d, want 300 more than %d", *read(t, s).Transactions, *before.Transactions)
	}
	if got := *read(t, s).Transactions - *before.Transactions; got > 300+int64(s.Cost().Queries)+3 {
		t.Errorf("got %d transactions, want 300 and those of %d queries", got, s.Cost().Queries)
	}
}

// CAT-system_resource_usage: the statistics of a known server are correct.
func TestStatisticsOfAKnownServer(t *testing.T) {
	s, log := open(t, configured(t, shared, nil))
	for range 5 {
		run(t, product(t), "SELECT 1")
	}
	// the connections of earlier tests take a moment to close
	idle := func() bool { return *read(t, s).Connections == 5 }
	if !soon(idle) {
		t.Errorf("got %d connections, want the product's 5 and not our own", *read(t, s).Connections)
	}
	got := read(t, s)
	if !strings.HasPrefix(shared.Version(), got.Version) || !strings.Contains(got.Version, ".") {
		t.Errorf("got version %q, want the beginning of %q", got.Version, shared.Version())
	}
	if got.SizeBytes == nil || *got.SizeBytes < 1<<20 || *got.SizeBytes > 1<<30 {
		t.Errorf("got size %v, want some megabytes", got.SizeBytes)
	}
	if got.CacheHitPercent == nil || *got.CacheHitPercent <= 10 || *got.CacheHitPercent > 100 {
		t.Errorf("got cache hits %v, want a percentage", got.CacheHitPercent)
	}
	no, zero := false, time.Duration(0)
	want := Statistics{
		Configured: true, Engine: "postgresql", Version: got.Version, InRecovery: &no, SizeBytes: got.SizeBytes,
		Connections: n(5), ConnectionsMax: n(40), Transactions: got.Transactions,
		CacheHitPercent: got.CacheHitPercent, Deadlocks: got.Deadlocks, OldestTransaction: &zero,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	silent(t, shared, log, got)
}

func TestCacheHitsAreThoseOfTheDatabase(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	conn := product(t)
	var want float64
	err := conn.QueryRow(t.Context(),
		"SELECT 100.0::float8 * blks_hit / (blks_hit + blks_read) FROM pg_stat_database "+
			"WHERE datname = current_database()").Scan(&want)
	if err != nil {
		t.Fatal(err)
	}
	if got := *read(t, s).CacheHitPercent; math.Abs(got-want) > 2 {
		t.Errorf("got %v, want about %v", got, want)
	}
}

func TestPercent(t *testing.T) {
	if got := percent(n(2), n(1)); *got != 66.67 {
		t.Errorf("got %v, want 66.67", *got)
	}
	for _, none := range []*float64{percent(n(0), n(0)), percent(nil, n(1)), percent(n(1), nil)} {
		if none != nil {
			t.Errorf("got %v, want nothing where nothing was looked for", *none)
		}
	}
}

// dropped drops a table when the test has ended.
func dropped(t *testing.T, table string) {
	t.Cleanup(func() {
		if err := shared.Exec(context.Background(), "DROP TABLE "+table); err != nil {
			t.Error(err)
		}
	})
}

func TestSizeGrows(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	before := read(t, s)
	if err := shared.Exec(t.Context(),
		"CREATE TABLE public.large AS "+
			"SELECT repeat(md5(i::text), 30) AS line FROM generate_series(1, 4000) i"); err != nil {
		t.Fatal(err)
	}
	dropped(t, "public.large")
	if got := *read(t, s).SizeBytes - *before.SizeBytes; got < 3_840_000 {
		t.Errorf("got %d bytes more, want what was written: 3840000", got)
	}
}

func TestOldestTransaction(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	conn := product(t)
	earliest := time.Now()
	run(t, conn, "BEGIN", "SELECT 1")
	latest := time.Now()
	<-time.After(60 * time.Millisecond)
	from := time.Since(latest)
	got := *read(t, s).OldestTransaction
	if to := time.Since(earliest); got < from || got > to {
		t.Errorf("got %v, want between %v and %v", got, from, to)
	}
	run(t, conn, "ROLLBACK")
	if got := *read(t, s).OldestTransaction; got != 0 {
		t.Errorf("got %v, want 0 where none is open", got)
	}
}

func TestDeadlocksAreCounted(t *testing.T) {
	s, _ := open(t, configured(t, shared, nil))
	run(t, product(t), "CREATE TABLE pairs (id int PRIMARY KEY)", "INSERT INTO pairs VALUES (1), (2)")
	dropped(t, "pairs")
	one, other := product(t), product(t) // closed before the table is dropped, with the locks that a failure leaves
	run(t, one, "BEGIN", "UPDATE pairs SET id = id WHERE id = 1")
	run(t, other, "BEGIN", "UPDATE pairs SET id = id WHERE id = 2")
	before := *read(t, s).Deadlocks
	ended := make(chan error)
	go func() {
		_, err := one.Exec(t.Context(), "UPDATE pairs SET id = id WHERE id = 2")
		ended <- err
	}()
	_, second := other.Exec(t.Context(), "UPDATE pairs SET id = id WHERE id = 1")
	if first := <-ended; first == nil && second == nil {
		t.Fatal("there was no deadlock")
	}
	run(t, one, "ROLLBACK", flush)
	run(t, other, "ROLLBACK", flush)
	if counted := func() bool { return *read(t, s).Deadlocks == before+1 }; !soon(counted) {
		t.Errorf("got %d deadlocks, want %d", *read(t, s).Deadlocks, before+1)
	}
}

// If the role lacks pg_read_all_stats, it sees only its own session. Then the number is unknown,
// not zero.
func TestStatisticsWithoutPermissionAreMissing(t *testing.T) {
	name, _ := shared.Reader()
	if err := shared.Exec(t.Context(), `REVOKE pg_read_all_stats FROM "`+name+`"`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shared.Exec(context.Background(), `GRANT pg_read_all_stats TO "`+name+`"`); err != nil {
			t.Error(err)
		}
	})
	s, log := open(t, configured(t, shared, nil))
	got := read(t, s)
	if got.Connections != nil || got.OldestTransaction != nil || got.SizeBytes == nil || got.Transactions == nil {
		t.Errorf("got %+v, want size and transactions, and neither connections nor the oldest transaction", got)
	}
	if !strings.Contains(log.String(), "read all statistics") {
		t.Errorf("got log %q, want what the role lacks", log)
	}
}
