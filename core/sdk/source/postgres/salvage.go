package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"polycom.com/usagedata/core/sdk"
)

// salvage queries each column alone, and then all columns on which the server does not fail. If the
// server fails in a volatile function of the view, no column is left, because it calls the function
// for every column.
//
// In total it takes no longer than one statement may, and the single columns at most half of that.
// It leaves out the columns for which no time was left, and those that took too long.
func (s *Server) salvage(ctx context.Context, q question, cause error) ([]row, error) {
	began := time.Now()
	half := began.Add(s.limits.statement / 2)
	some := question{subject: q.subject, from: q.from, until: began.Add(s.limits.statement)}
	var places []int
	failed := map[string]error{}
	for i, column := range q.columns {
		err := errNoTime
		if time.Now().Before(half) {
			_, err = s.run(ctx, question{q.subject, q.columns[i : i+1], q.from, half})
		}
		switch {
		case err == nil:
			places, some.columns = append(places, i), append(some.columns, column)
		case !ofColumn(err) && !errors.Is(err, errNoTime) && !tookLong(err):
			return nil, err
		default:
			failed[column.name] = err
		}
	}
	for name, err := range failed {
		if !errors.Is(err, errNoTime) {
			err = s.explained(err)
		}
		s.logLeftOut(q.subject, name, err)
	}
	if len(places) == 0 {
		return nil, cause
	}
	rows, err := s.run(ctx, some)
	return spread(rows, places, len(q.columns)), err
}

// errNoTime is the error for a column that was not tried.
var errNoTime = fmt.Errorf("not read: %w", sdk.NotAvailable(sdk.TimedOut))

// tookLong reports whether the server canceled a statement because it exceeded its time limit.
func tookLong(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && answered.Code == "57014" // query_canceled
}

// spread copies the cells of rows to their places in wider rows.
func spread(rows []row, places []int, width int) []row {
	wide := make([]row, len(rows))
	for i, cells := range rows {
		wide[i] = make(row, width)
		for j, place := range places {
			wide[i][place] = cells[j]
		}
	}
	return wide
}

// statementClasses lists the classes of errors that do not concern a single column: connection,
// authorization, catalog, rollback, resources, locks, operator intervention.
var statementClasses = []string{"08", "28", "3D", "40", "53", "55", "57"}

// ofColumn reports whether a single column may have caused an error.
func ofColumn(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && sqlState.MatchString(answered.Code) &&
		answered.SeverityUnlocalized == "ERROR" &&
		!slices.Contains(statementClasses, answered.Code[:2])
}
