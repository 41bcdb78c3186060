package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Statistics holds the reported values of a database. testdata/profile.yaml describes its fields; a
// profile repeats that description. A nil or empty value is not known.
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

// The engines.
const (
	enginePostgreSQL = "postgresql"
	engineFolder     = "folder"
)

// Statistics reads the statistics of the configured server. Without a server it reads the size of
// the configured path. If neither is configured, Configured is false and the error is nil.
func (s *Server) Statistics(ctx context.Context) (Statistics, error) {
	given, err := s.setting()
	switch {
	case errors.Is(err, errAbsent):
		return Statistics{}, nil
	case err != nil:
		return Statistics{}, err
	case given.hasServer():
		return s.serverStatistics(ctx)
	}
	size, err := sizeOf(ctx, s.env.Path(given.Path))
	if err != nil {
		return Statistics{}, s.failure("path of the database", err)
	}
	return Statistics{Configured: true, Engine: engineFolder, SizeBytes: &size}, nil
}

// visible limits an expression to a role that may see the sessions of other users: any other role
// would not count them.
const visible = "CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN %s END"

// clients selects from the sessions of client programs, except for that of this service.
const clients = "(SELECT %s FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())"

// counted selects a counter of the database, or NULL if the server's setting track_counts is off.
const counted = "CASE current_setting('track_counts') WHEN 'on' THEN " +
	"(SELECT (%s)::text FROM pg_stat_database WHERE datname = current_database()) END"

// statisticsQuestion returns the query for all statistics. Each column is independent, so that the
// others can be read if the server fails on one. If a session does not track its activity, the
// oldest transaction is not known.
func statisticsQuestion() question {
	return question{subject: "statistics", columns: []selected{
		{"version", "current_setting('server_version')"},
		{"in_recovery", "pg_is_in_recovery()::text"},
		{"size_bytes", "pg_database_size(current_database())::text"},
		{"connections", fmt.Sprintf(visible, fmt.Sprintf(clients, "count(*)::text"))},
		{"connections_max", "current_setting('max_connections')"},
		{"oldest_transaction", fmt.Sprintf(visible,
			fmt.Sprintf(clients, `CASE WHEN bool_or(state = 'disabled') IS NOT TRUE
			THEN coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::text END`))},
		{"transactions", fmt.Sprintf(counted, "xact_commit + xact_rollback")},
		{"blocks_hit", fmt.Sprintf(counted, "blks_hit")},
		{"blocks_read", fmt.Sprintf(counted, "blks_read")},
		{"deadlocks", fmt.Sprintf(counted, "deadlocks")},
	}}
}

func (s *Server) serverStatistics(ctx context.Context) (Statistics, error) {
	rows, err := s.ask(ctx, statisticsQuestion())
	if err != nil {
		return Statistics{}, err
	}
	if len(rows) != 1 {
		return Statistics{}, s.failure("statistics", sdk.NotAvailable(sdk.Malformed))
	}
	got := statistics(rows[0])
	if got.Connections == nil {
		s.warnOnce("the database user has no permission to read all statistics: connections are missing")
	}
	return got, nil
}

func statistics(cells row) Statistics {
	got := Statistics{
		Configured: true, Engine: enginePostgreSQL,
		SizeBytes: counter(cells[2]), Connections: counter(cells[3]), ConnectionsMax: counter(cells[4]),
		OldestTransaction: duration(cells[5]), Transactions: counter(cells[6]),
		CacheHitPercent: percent(counter(cells[7]), counter(cells[8])), Deadlocks: counter(cells[9]),
	}
	if cells[0] != nil {
		got.Version = leading(*cells[0])
	}
	if cells[1] != nil {
		recovering := *cells[1] == yes
		got.InRecovery = &recovering
	}
	return got
}

// counter parses a number that the server counts: zero or more.
func counter(cell *string) *int64 {
	if cell == nil {
		return nil
	}
	n, err := strconv.ParseInt(*cell, 10, 64)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

func duration(cell *string) *time.Duration {
	if cell == nil {
		return nil
	}
	d, ok := durationOf(*cell)
	if !ok {
		return nil
	}
	return d.(*time.Duration)
}

var numbers = regexp.MustCompile(`^[0-9]+(\.[0-9]+){0,3}`)

// leading returns the number at the start of a version, without the additions of a distribution.
func leading(version string) string { return numbers.FindString(version) }

// percent returns the share of hits, or nil if there was no access yet.
func percent(hit, missed *int64) *float64 {
	if hit == nil || missed == nil || *hit+*missed <= 0 {
		return nil
	}
	share := math.Round(10000*float64(*hit)/float64(*hit+*missed)) / 100
	return &share
}
