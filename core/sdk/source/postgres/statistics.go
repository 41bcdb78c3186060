package postgres

import (
	"context"
	"errors"
	"math"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/core/sdk"
)

// Statistics is what is reported of a database. testdata/profile.yaml says what its fields mean, and is what a profile
// repeats. What is nil or empty is not known.
type Statistics struct {
	Configured        bool           `usage:"configured"`
	Engine            string         `usage:"engine"` // postgresql, folder
	InRecovery        *bool          `usage:"in_recovery"`
	Version           string         `usage:"version"`
	SizeBytes         *int64         `usage:"size_bytes"`
	Connections       *int64         `usage:"connections"`
	ConnectionsMax    *int64         `usage:"connections_max"`
	Transactions      *int64         `usage:"transactions"`
	CacheHitPercent   *float64       `usage:"cache_hit_percent"`
	Deadlocks         *int64         `usage:"deadlocks"`
	OldestTransaction *time.Duration `usage:"oldest_transaction"`
}

// Engines.
const (
	enginePostgreSQL = "postgresql"
	engineFolder     = "folder"
)

// Statistics reads what the configured server tells of itself; without a server the size of the configured path; with
// neither, Configured is false and that is no error.
func (s *Server) Statistics(ctx context.Context) (Statistics, error) {
	given, err := s.setting()
	switch {
	case errors.Is(err, errAbsent):
		return Statistics{}, nil
	case err != nil:
		return Statistics{}, err
	case given.hasServer():
		return s.ofServer(ctx)
	}
	size, err := sizeOf(ctx, s.env.Path(given.Path))
	if err != nil {
		return Statistics{}, s.failure("path of the database", err)
	}
	return Statistics{Configured: true, Engine: engineFolder, SizeBytes: &size}, nil
}

// statisticsQuery asks for all at once. A role that may not see the sessions of others does not count them. This
// service's own session is none of the product's.
const statisticsQuery = `
SELECT pg_is_in_recovery(), pg_database_size(d.datid), current_setting('max_connections')::bigint, a.clients, a.oldest,
       d.xact_commit + d.xact_rollback, d.blks_hit, d.blks_read, d.deadlocks
FROM pg_stat_database d, (
	SELECT CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN count(*) END AS clients,
	       CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE')
	            THEN coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8 END AS oldest
	FROM pg_stat_activity
	WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
) a
WHERE d.datname = current_database() LIMIT 1`

func (s *Server) ofServer(ctx context.Context) (Statistics, error) {
	var got Statistics
	err := s.ask(ctx, question{what: "statistics", sql: statisticsQuery, row: func(rows pgx.Rows) error {
		var err error
		got, err = statistics(rows)
		return err
	}})
	if err != nil {
		return Statistics{}, err
	}
	if got.SizeBytes == nil {
		return Statistics{}, s.failure("statistics", sdk.NotAvailable(sdk.Malformed))
	}
	if got.Connections == nil {
		s.tell("the database user has no permission to read all statistics: connections are missing")
	}
	return got, nil
}

func statistics(rows pgx.Rows) (Statistics, error) {
	version := rows.Conn().PgConn().ParameterStatus("server_version")
	got := Statistics{Configured: true, Engine: enginePostgreSQL, Version: leading(version)}
	var hit, read *int64
	var oldest *float64
	err := rows.Scan(&got.InRecovery, &got.SizeBytes, &got.ConnectionsMax, &got.Connections, &oldest, &got.Transactions,
		&hit, &read, &got.Deadlocks)
	got.CacheHitPercent = percent(hit, read)
	got.OldestTransaction = seconds(oldest)
	return got, err
}

var numbers = regexp.MustCompile(`^[0-9]+(\.[0-9]+){0,3}`)

// leading takes the number off a version that a distribution has added its own to.
func leading(version string) string { return numbers.FindString(version) }

// percent is not known as long as nothing was looked for.
func percent(hit, missed *int64) *float64 {
	if hit == nil || missed == nil || *hit+*missed <= 0 {
		return nil
	}
	share := math.Round(10000*float64(*hit)/float64(*hit+*missed)) / 100
	return &share
}

// seconds makes a duration of what is one.
func seconds(number *float64) *time.Duration {
	const most = float64(math.MaxInt64 / int64(time.Second))
	if number == nil || !(*number >= 0 && *number < most) { // not: NaN is neither
		return nil
	}
	d := time.Duration(*number * float64(time.Second))
	return &d
}
