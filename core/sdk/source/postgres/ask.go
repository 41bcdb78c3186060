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

// question is one statement. It selects every column as text, which is parsed here, so that an
// invalid value only affects its field and not the row.
type question struct {
	subject string // for the log: our name, never the customer's
	columns []selected
	from    string    // FROM clause and the rest of the statement; may be empty
	until   time.Time // the deadline; zero: that of a statement
}

// limit returns the time that the statement may take: the usual time, or less if the question's
// deadline is earlier.
func (q question) limit(usual time.Duration) time.Duration {
	if q.until.IsZero() {
		return usual
	}
	return max(min(usual, time.Until(q.until)), time.Millisecond) // 0 would mean no limit in PostgreSQL
}

// selected is a column of a question.
type selected struct {
	name string // for the log: our name
	sql  string // an expression of type text
}

// row has a cell for each column. A cell is nil for NULL, or if the server failed on the column.
type row []*string

// ask waits for its turn and runs the query. If the server fails on some columns, it reads the
// others without them.
func (s *Server) ask(ctx context.Context, q question) ([]row, error) {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return nil, s.failure(q.subject, ctx.Err())
	}
	began := time.Now()
	defer func() {
		s.count(Cost{Took: time.Since(began)})
		s.idle = time.AfterFunc(s.limits.idle, s.closeIdle)
	}()
	if s.idle != nil {
		s.idle.Stop()
	}
	rows, err := s.run(ctx, q)
	if ofColumn(err) && len(q.columns) > 1 {
		rows, err = s.salvage(ctx, q, err)
	}
	return rows, s.failure(q.subject, err)
}

// run runs the query. It repeats it once if the connection was closed while it was idle, as poolers
// and servers do, and no part of the answer has arrived. It does not repeat a statement that broke
// the connection, because it would break the next one, too.
func (s *Server) run(ctx context.Context, q question) ([]row, error) {
	for {
		fresh, err := s.connected(ctx)
		if err != nil {
			return nil, err
		}
		if s.Cost().Queries >= maxQueries {
			return nil, fmt.Errorf("too many requests: %w", sdk.NotAvailable(sdk.Unexplained))
		}
		rows, begun, err := s.query(ctx, q)
		s.harmless = errors.Is(err, errTooMuch) || !begun && wasIdle(err)
		if fresh || !s.harmless || begun || !s.conn.IsClosed() {
			return rows, err
		}
	}
}

// errTooMuch is the error for an answer beyond the limits, which no correct answer to our
// statements exceeds.
var errTooMuch = fmt.Errorf("the answer is too large: %w", sdk.NotAvailable(sdk.Malformed))

// query sends the limits and the statement as one message, which PostgreSQL runs as one
// transaction. So the limits also hold behind a pooler, which may use another session for each
// transaction or each message. Nothing is prepared.
//
// begun reports whether some part of the answer arrived, if only the confirmation of a limit. A
// server sends that at the latest with its error.
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

// session returns the start of each query: the limits of its cost, and the format of answers. They
// override the settings of the role, the database and the server, and end with the query.
// PostgreSQL 10 applies the time limit only from the next message on; there the timeout of our
// context ends a statement.
func session(statement time.Duration) string {
	return fmt.Sprintf(`SET LOCAL statement_timeout = %s; SET LOCAL lock_timeout = %s;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY, NOT DEFERRABLE;
		SET LOCAL quote_all_identifiers = off; SET LOCAL search_path = pg_catalog; SET LOCAL client_min_messages = error;
		SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3; `,
		milliseconds(statement), milliseconds(lockTimeout))
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// copied copies cells, because the library reuses their memory for the next row.
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
