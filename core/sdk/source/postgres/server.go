package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"polycom.com/usagedata/core/sdk"
)

// Server is the product's database. [Open] returns one.
type Server struct {
	env     sdk.Env
	limits  limits
	setting func() (settings, error)               // called once, for the first query
	catalog func(context.Context) (catalog, error) // called once, for the first view
	turns   chan struct{}                          // holds one token

	// The following belong to the goroutine that has the turn.
	conn     *pgconn.PgConn
	idle     *time.Timer // closes the connection if there are no more queries
	harmless bool        // the end of the connection does not count as broken
	broken   int         // number of connections that broke
	failed   error       // set if connecting again would not help

	mu     sync.Mutex
	cost   Cost
	logged map[string]bool // messages that were already logged
}

// limits holds constants, which tests can change.
type limits struct {
	connect, statement, patience, idle time.Duration
	waits                              []time.Duration // pauses between attempts while there are too many connections
}

// Cost counts the work of the server since [Open].
type Cost struct {
	Connections int // attempts to connect
	Queries     int
	Rows        int
	Took        time.Duration // including connecting, without waiting for the turn
}

// Open returns a server. It neither reads nor connects. If no database is configured, reading fails
// with [sdk.NotConfigured], except in [Server.Statistics]. If the settings are wrong, reading fails
// with [sdk.Misconfigured]. The plugin's other sources are not affected.
func Open(env sdk.Env) *Server {
	s := &Server{
		env:    env,
		limits: limits{connectTimeout, statementTimeout, patience, idleLimit, waits()},
		turns:  make(chan struct{}, 1),
		logged: map[string]bool{},
	}
	s.setting = sync.OnceValues(s.settings)
	s.catalog = sdk.Share(s.readCatalog)
	return s
}

// Close closes the connection, if there is one. A plugin need not call it: the connection is closed
// after an idle time, and when the process exits.
func (s *Server) Close() {
	s.turns <- struct{}{}
	defer func() { <-s.turns }()
	s.disconnect()
}

// closeIdle closes the connection, unless a query is running: the goroutine that runs it starts the
// timer again.
func (s *Server) closeIdle() {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
		s.disconnect()
	default:
	}
}

func (s *Server) disconnect() {
	if s.idle != nil {
		s.idle.Stop()
	}
	if s.conn == nil || s.conn.IsClosed() { // a broken connection is handled by the next query
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.conn.Close(ctx) // an error does not matter: the connection is given up
	s.conn = nil
}

// Cost returns the cost so far.
func (s *Server) Cost() Cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cost
}

// errAbsent is the error if the administrator has configured no database.
var errAbsent = fmt.Errorf("source %s: %w", Source, sdk.NotAvailable(sdk.NotConfigured))

func (s *Server) settings() (settings, error) {
	var given settings
	err := s.env.Source(Source, &given)
	switch {
	case err != nil && errors.Is(err, sdk.ErrNotConfigured):
		return given, errAbsent
	case err != nil:
		return given, s.misconfigured(errors.New("a setting is unknown or has the wrong type"))
	case !given.hasServer() && given.Path == "":
		return given, s.misconfigured(errors.New("no server and no path are given"))
	}
	return given, nil
}

// misconfigured logs once how the settings are wrong. It returns the same reason for all mistakes,
// because the reason leaves the appliance.
func (s *Server) misconfigured(err error) error {
	if errors.Is(err, context.DeadlineExceeded) { // a file is on a server that is gone
		return sdk.NotAvailable(sdk.TimedOut)
	}
	s.warnOnce("the settings of the source are wrong", "source", Source, "error", err)
	return sdk.NotAvailable(sdk.Misconfigured)
}

// warnOnce logs a message once. The host keeps only the words of a log line that it knows, so the
// messages use the vocabulary of anonymize or of a profile.
func (s *Server) warnOnce(sentence string, pairs ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := fmt.Sprint(append([]any{sentence}, pairs...)...); !s.logged[key] {
		s.logged[key] = true
		s.env.Log.Warn(sentence, pairs...)
	}
}
