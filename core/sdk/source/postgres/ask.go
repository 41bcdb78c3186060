package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/core/sdk"
)

// question is one statement and what is done with each row of its answer.
type question struct {
	what string // for the log: ours, never the customer's
	sql  string
	args []any
	row  func(pgx.Rows) error
}

// ask waits for its turn and asks.
func (s *Server) ask(ctx context.Context, q question) error {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return s.failure(q.what, ctx.Err())
	}
	began := time.Now()
	defer func() {
		s.count(Cost{Took: time.Since(began)})
		s.idle = time.AfterFunc(s.limits.idle, s.rest)
	}()
	if s.idle != nil {
		s.idle.Stop()
	}
	if err := s.connected(ctx); err != nil {
		return s.failure(q.what, err)
	}
	if s.Cost().Queries >= maxQueries {
		return fmt.Errorf("read %s: too many requests: %w", q.what, sdk.NotAvailable(sdk.Unexplained))
	}
	return s.failure(q.what, s.query(ctx, q))
}

func (s *Server) query(ctx context.Context, q question) error {
	ctx, cancel := context.WithTimeout(ctx, s.limits.statement+s.limits.patience)
	defer cancel()
	s.count(Cost{Queries: 1})
	rows, err := s.conn.Query(ctx, q.sql, q.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s.count(Cost{Rows: 1})
		if err := q.row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// connected sees to it that there is a connection. One that could not be made is not tried again: ten collectors would
// wait ten times, and products lock accounts. One that broke is, a few times, when nothing of it is left.
func (s *Server) connected(ctx context.Context) error {
	if s.failed != nil {
		return s.failed
	}
	if s.conn != nil && !s.conn.IsClosed() {
		return nil
	}
	if s.conn != nil {
		if err := s.mourn(ctx); err != nil {
			return err
		}
	}
	conn, err := s.connect(ctx)
	if err != nil && ctx.Err() == nil {
		s.failed = s.explained(err)
	}
	s.conn = conn
	return err
}

// mourn waits until nothing is left of a connection that broke.
func (s *Server) mourn(ctx context.Context) error {
	select {
	case <-s.conn.PgConn().CleanupDone():
	case <-ctx.Done():
		return ctx.Err()
	}
	s.conn = nil
	s.broken++
	if s.broken >= maxBroken {
		s.failed = sdk.NotAvailable(sdk.SourceFailed)
	}
	return s.failed
}

func (s *Server) connect(ctx context.Context) (*pgx.Conn, error) {
	given, err := s.setting()
	if err != nil {
		return nil, err
	}
	if !given.hasServer() {
		return nil, sdk.NotAvailable(sdk.NotConfigured)
	}
	to, err := given.target(s.env)
	if err != nil {
		return nil, s.misconfigured(err)
	}
	if to.port == 0 {
		if to, err = to.atSocket(); err != nil {
			return nil, err
		}
	}
	config, err := to.config(s.limits)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.limits.connect)
	defer cancel()
	s.count(Cost{Connections: 1})
	return pgx.ConnectConfig(ctx, config)
}

func (s *Server) count(more Cost) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost.Connections += more.Connections
	s.cost.Queries += more.Queries
	s.cost.Rows += more.Rows
	s.cost.Took += more.Took
}
