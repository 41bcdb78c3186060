package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// question is one statement. Every column is selected as text and decoded here, so that an odd value costs itself and
// not its row.
type question struct {
	what    string // for the log: ours, never the customer's
	columns []selected
	from    string    // FROM and all that follows it; may be empty
	until   time.Time // when its time is up; zero: when a statement's is
}

// limit is what a statement may take: what is usual, or what is left until the question's time is up.
func (q question) limit(usual time.Duration) time.Duration {
	if q.until.IsZero() {
		return usual
	}
	return max(min(usual, time.Until(q.until)), time.Millisecond) // PostgreSQL takes 0 for no limit
}

// selected is a column of a question.
type selected struct {
	name string // for the log: ours, too
	sql  string // an expression of type text
}

// row has a cell for each column. It is nil for NULL, and where the server failed on the column.
type row []*string

// ask waits for its turn and asks. Where the server fails on some columns, the others are read without them.
func (s *Server) ask(ctx context.Context, q question) ([]row, error) {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, s.failure(q.what, ctx.Err())
	}
	began := time.Now()
	defer func() {
		s.count(Cost{Took: time.Since(began)})
		s.idle = time.AfterFunc(s.limits.idle, s.rest)
	}()
	if s.idle != nil {
		s.idle.Stop()
	}
	rows, err := s.put(ctx, q)
	if ofColumn(err) && len(q.columns) > 1 {
		rows, err = s.salvage(ctx, q, err)
	}
	return rows, s.failure(q.what, err)
}

// put asks once, and once more only if the server has not begun to answer because the connection was ended while it was
// idle, as poolers and servers do. A statement that broke a connection would break the next one, too.
func (s *Server) put(ctx context.Context, q question) ([]row, error) {
	for {
		fresh, err := s.connected(ctx)
		if err != nil {
			return nil, err
		}
		if s.Cost().Queries >= maxQueries {
			return nil, fmt.Errorf("too many requests: %w", sdk.NotAvailable(sdk.Unexplained))
		}
		rows, begun, err := s.query(ctx, q)
		s.excused = errors.Is(err, errTooMuch) || !begun && wasIdle(err)
		if fresh || !s.excused || begun || !s.conn.IsClosed() {
			return rows, err
		}
	}
}

// errTooMuch is an answer beyond the bounds, which no statement of ours has.
var errTooMuch = fmt.Errorf("the answer is too large: %w", sdk.NotAvailable(sdk.Malformed))

// query sends the limits and the statement as one message, which PostgreSQL runs as one transaction. So they hold
// behind a pooler too, which may give each transaction, or each message, another session; it prepares nothing.
//
// begun: something of the answer came, if only that a limit is set. A server sends that at the latest with its error.
func (s *Server) query(ctx context.Context, q question) (rows []row, begun bool, err error) {
	limit := q.limit(s.limits.statement)
	ctx, cancel := context.WithTimeout(ctx, limit+s.limits.patience)
	defer cancel()
	s.count(Cost{Queries: 1})
	results := s.conn.Exec(ctx, session(limit)+q.sql())
	size := 0
	for results.NextResult() {
		begun = true
		for reader := results.ResultReader(); reader.NextRow(); {
			s.count(Cost{Rows: 1})
			cells := reader.Values()
			for _, cell := range cells {
				size += len(cell)
			}
			if len(cells) != len(q.columns) || len(rows) == maxColumns || size > maxAnswer {
				cancel()
				_ = results.Close() // reads no further: the connection ends with the context
				return nil, begun, errTooMuch
			}
			rows = append(rows, copied(cells))
		}
	}
	if err := results.Close(); err != nil {
		return nil, begun, err
	}
	return rows, begun, nil
}

// session is what each question begins with: what it may cost the product, and how answers are written. It overrides
// what is set for the role, the database or the server, and ends with the question. PostgreSQL 10 heeds the time limit
// from the next message on only; there our own patience ends a statement.
func session(statement time.Duration) string {
	return fmt.Sprintf(`SET LOCAL statement_timeout = %s; SET LOCAL lock_timeout = %s;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY, NOT DEFERRABLE;
		SET LOCAL quote_all_identifiers = off; SET LOCAL search_path = pg_catalog; SET LOCAL client_min_messages = error;
		SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3; `,
		milliseconds(statement), milliseconds(lockTimeout))
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// copied keeps cells beyond the next row.
func copied(cells [][]byte) row {
	kept := make(row, len(cells))
	for i, cell := range cells {
		if cell != nil {
			text := string(cell)
			kept[i] = &text
		}
	}
	return kept
}

func (q question) sql() string {
	var all []string
	for _, column := range q.columns {
		all = append(all, column.sql)
	}
	return "SELECT " + strings.Join(all, ", ") + " " + q.from
}

func (s *Server) count(more Cost) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cost.Connections += more.Connections
	s.cost.Queries += more.Queries
	s.cost.Rows += more.Rows
	s.cost.Took += more.Took
}
