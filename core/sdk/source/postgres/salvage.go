package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// salvage asks for each column alone, and then for all those that the server does not fail on. A view that calls a
// volatile function has none such: the server calls it for every column.
func (s *Server) salvage(ctx context.Context, q question, cause error) ([]row, error) {
	some := question{what: q.what, from: q.from}
	var places []int
	failed := map[string]error{}
	for i, column := range q.columns {
		_, err := s.put(ctx, question{q.what, q.columns[i : i+1], q.from})
		switch {
		case err == nil:
			places, some.columns = append(places, i), append(some.columns, column)
		case !ofColumn(err):
			return nil, err
		default:
			failed[column.name] = err
		}
	}
	if len(places) == 0 {
		return nil, cause
	}
	for name, err := range failed {
		s.leaveOut(q.what, name, s.explained(err))
	}
	rows, err := s.put(ctx, some)
	return spread(rows, places, len(q.columns)), err
}

// spread puts the cells of rows into wider ones.
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

// whole are the classes of errors that are not about a column: connection, authorization, catalog, rollback, resources,
// locks, operator intervention.
var whole = []string{"08", "28", "3D", "40", "53", "55", "57"}

// ofColumn reports whether the cause of an error may be one column of a question.
func ofColumn(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && sqlState.MatchString(answered.Code) && answered.SeverityUnlocalized == "ERROR" &&
		!slices.Contains(whole, answered.Code[:2])
}
