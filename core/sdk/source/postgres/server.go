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

// Server is the product's database. Make it with Open.
type Server struct {
	env     sdk.Env
	limits  limits
	setting func() (settings, error)               // once, at the first question
	catalog func(context.Context) (catalog, error) // once, at the first view
	turns   chan struct{}                          // one place

	// Of whoever has the turn:
	conn    *pgconn.PgConn
	idle    *time.Timer // ends the connection when nobody asks any more
	excused bool        // the connection's end does not count as broken
	broken  int         // connections
	failed  error       // connecting again would not help

	mu   sync.Mutex
	cost Cost
	told map[string]bool // what the log has been told
}

// limits are constants, but for tests of them.
type limits struct {
	connect, statement, patience, idle time.Duration
	waits                              []time.Duration // between attempts while there are too many connections
}

// Cost is what was asked of the server so far.
type Cost struct {
	Connections int // attempts
	Queries     int
	Rows        int
	Took        time.Duration // connecting included, waiting for the turn not
}

// Open makes a server. It neither reads nor connects: where nothing is configured, every call but Statistics
// returns NotAvailable(NotConfigured), and where it is not configured rightly, Misconfigured; what else a plugin reads
// is not affected.
func Open(env sdk.Env) *Server {
	s := &Server{
		env:    env,
		limits: limits{connectTimeout, statementTimeout, patience, idleLimit, waits()},
		turns:  make(chan struct{}, 1),
		told:   map[string]bool{},
	}
	s.setting = sync.OnceValues(s.settings)
	s.catalog = sdk.Share(s.readCatalog)
	return s
}

// Close ends the connection, if there is one. A plugin need not call it: the connection ends by itself when nobody has
// asked for a while, and with the process.
func (s *Server) Close() {
	s.turns <- struct{}{}
	defer func() { <-s.turns }()
	s.disconnect()
}

// rest ends the connection, unless somebody is asking: who does will come here again.
func (s *Server) rest() {
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
	if s.conn == nil || s.conn.IsClosed() { // one that broke is mourned by who asks next
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.conn.Close(ctx) // it is given up either way
	s.conn = nil
}

// Cost is what was asked so far.
func (s *Server) Cost() Cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cost
}

// errAbsent: the administrator has configured no database.
var errAbsent = fmt.Errorf("source %s: %w", Source, sdk.NotAvailable(sdk.NotConfigured))

func (s *Server) settings() (settings, error) {
	var given settings
	err := s.env.Source(Source, &given)
	switch {
	case err != nil && errors.Is(err, sdk.ErrNotConfigured):
		return given, errAbsent
	case err != nil:
		return given, s.misconfigured(errors.New("a setting is unknown or of another type"))
	case !given.hasServer() && given.Path == "":
		return given, s.misconfigured(errors.New("no server and no path is given"))
	}
	return given, nil
}

// misconfigured says in the log, once, what to mend; the reason that travels is the same for all of it.
func (s *Server) misconfigured(err error) error {
	if errors.Is(err, context.DeadlineExceeded) { // a file is on a server that is gone
		return sdk.NotAvailable(sdk.TimedOut)
	}
	s.tell("source is not configured rightly", "source", Source, "error", err)
	return sdk.NotAvailable(sdk.Misconfigured)
}

// tell logs something once. The host keeps only words that it knows of a line, so that these are of anonymize's
// vocabulary, or of a profile's.
func (s *Server) tell(sentence string, pairs ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := fmt.Sprint(append([]any{sentence}, pairs...)...); !s.told[key] {
		s.told[key] = true
		s.env.Log.Warn(sentence, pairs...)
	}
}
