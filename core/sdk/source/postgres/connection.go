package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"polycom.com/usagedata/core/sdk"
)

// connected makes sure that there is a connection, and reports whether it is new. If connecting
// fails, it is not tried again: ten collectors would wait ten times, and products lock accounts. A
// broken connection is replaced, a few times, after the old one is cleaned up. A connection that
// was closed while idle is always replaced.
func (s *Server) connected(ctx context.Context) (fresh bool, err error) {
	if s.failed != nil {
		return false, s.failed
	}
	if s.conn != nil && !s.conn.IsClosed() {
		if !endedIdle(s.conn) {
			return false, nil
		}
		s.harmless = true
	}
	if s.conn != nil {
		if err := s.awaitCleanup(ctx); err != nil {
			return false, err
		}
	}
	conn, err := s.connect(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.failed = s.explained(err)
		}
		return false, err
	}
	s.conn = conn
	return true, nil
}

// awaitCleanup waits until a broken connection is cleaned up. It counts the connection, unless the
// break was not the server's fault.
func (s *Server) awaitCleanup(ctx context.Context) error {
	select {
	case <-s.conn.CleanupDone():
	case <-ctx.Done():
		return ctx.Err()
	}
	s.conn = nil
	if s.harmless {
		s.harmless = false
		return nil
	}
	s.broken++
	if s.broken >= maxBroken {
		s.failed = sdk.NotAvailable(sdk.SourceFailed)
	}
	return s.failed
}

func (s *Server) connect(ctx context.Context) (*pgconn.PgConn, error) {
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
	return s.connectWithRetry(ctx, config)
}

// connectWithRetry connects, and retries while there are too many connections: the connection of a
// killed process exists until its statement has ended. It does not retry a refused login.
func (s *Server) connectWithRetry(ctx context.Context, config *pgconn.Config) (conn *pgconn.PgConn, err error) {
	for _, wait := range append(s.limits.waits, 0) {
		if conn, err = s.attempt(ctx, config); !isFull(err) || wait == 0 {
			break
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
	return conn, err
}

func (s *Server) attempt(ctx context.Context, config *pgconn.Config) (*pgconn.PgConn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limits.connect)
	defer cancel()
	s.count(Cost{Connections: 1})
	return pgconn.ConnectConfig(ctx, config)
}

// isFull reports whether an error means that the role, the database, the server or the pooler has
// reached its limit of connections.
func isFull(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && causeOf(answered) == full
}
