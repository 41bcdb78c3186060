package postgres

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"polycom.com/usagedata/core/sdk"
)

// Row reads the single row of a view into T, as described at [ViewOf]. It fails if the product has
// not written the row, or if there is more than one row, because then the view does not follow the
// contract.
func Row[T any](ctx context.Context, s *Server, view string) (T, error) {
	shape := ViewOf[T](view)
	rows, err := rowsOf[T](ctx, s, shape, 2, time.Time{})
	return single(shape, rows, err)
}

// Hour reads the row of a view whose column hour is the start of the period into T, as described at
// [HourlyOf].
//
// A product writes a row for each hour, even if nothing happened in it. A missing row therefore
// does not mean zero: the product did not count, and the category is not available.
func Hour[T any](ctx context.Context, s *Server, view string, p sdk.Period) (T, error) {
	shape := HourlyOf[T](view)
	rows, err := rowsOf[T](ctx, s, shape, 2, p.Start)
	return single(shape, rows, err)
}

// List reads the rows of a view into Ts, in the order of the view. If there are more than most
// rows, or more than 1,000, it reads the first ones and logs that there are more.
func List[T any](ctx context.Context, s *Server, view string, most int) ([]T, error) {
	most = min(most, maxRows)
	shape := ViewOf[T](view)
	rows, err := rowsOf[T](ctx, s, shape, most+1, time.Time{})
	if len(rows) > most {
		s.warnOnce("the database has more rows than the limit", "table", shape.name())
		rows = rows[:most]
	}
	return rows, err
}

// number is a row that [Counts] reads.
type number struct {
	Key    string `column:"key"`
	Number *int64 `column:"number"`
}

// Counts reads numbers by key: the columns key (text) and number (bigint) of a view, at most 256
// rows. It leaves out rows without a key or a number. The keys are for a field whose profile has a
// closed list of them; the host counts any other key as `other`.
func Counts(ctx context.Context, s *Server, view string) (map[string]int64, error) {
	rows, err := List[number](ctx, s, view, maxArray)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, row := range rows {
		if row.Key != "" && row.Number != nil {
			counts[row.Key] += *row.Number
		}
	}
	return counts, nil
}

func single[T any](shape Shape, rows []T, err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0:
		return none, fmt.Errorf("%s has no row: %w", shape.name(), sdk.NotAvailable(noRow))
	case len(rows) > 1:
		return none, fmt.Errorf("%s has more than one row: %w", shape.name(), sdk.NotAvailable(sdk.Malformed))
	}
	return rows[0], nil
}

// rowsOf reads at most the given number of rows. If the shape has the column hour, it reads only
// rows of the hour that begins at start. A cell that does not fit its field stays empty, and the
// log names its column.
func rowsOf[T any](ctx context.Context, s *Server, shape Shape, most int, start time.Time) ([]T, error) {
	columns, err := s.usable(ctx, shape)
	if err != nil {
		return nil, err
	}
	answered, err := s.ask(ctx, shape.question(columns, most, start))
	if err != nil {
		return nil, err
	}
	columns = slices.DeleteFunc(columns, func(u usable) bool { return u.field == nil })
	rows := make([]T, len(answered))
	for i, cells := range answered {
		for j, u := range columns {
			s.fill(reflect.ValueOf(&rows[i]).Elem(), shape, u, cells[j])
		}
	}
	return rows, nil
}

// fill stores a cell in its field.
func (s *Server) fill(into reflect.Value, shape Shape, u usable, cell *string) {
	if cell == nil {
		return
	}
	value, ok := u.kind.value(*cell)
	cut := u.kind.text == plain && utf8.RuneCountInString(*cell) > maxText // a truncated number would be another number
	if !ok || cut {
		s.logLeftOut(shape.name(), u.name, sdk.NotAvailable(sdk.Malformed))
		return
	}
	into.FieldByIndex(u.field).Set(reflect.ValueOf(value))
}

// logLeftOut logs the name of a column whose field is lost.
func (s *Server) logLeftOut(table, column string, why error) {
	s.warnOnce("the database has a column that is left out", "table", table, "column", column, "error", why)
}

// usable returns the columns that can be read. It fails if there are none.
func (s *Server) usable(ctx context.Context, shape Shape) ([]usable, error) {
	differences := Contract(ctx, s, shape)
	there, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	columns, _ := shape.compare(there)
	switch {
	case len(columns) == 0:
		return nil, differences
	case there.standby:
		return nil, fmt.Errorf("read %s: the server is in recovery: %w", shape.name(),
			sdk.NotAvailable(sdk.SourceStarting))
	}
	return columns, nil
}

// question returns the query, which selects the contract's columns by name. It does not select a
// column that is only needed to find the row.
func (shape Shape) question(columns []usable, most int, start time.Time) question {
	q := question{subject: shape.name()}
	where := ""
	for _, u := range columns {
		if u.field == nil {
			where = fmt.Sprintf(" WHERE %s = '%s'::timestamptz", identifier(u.name), start.UTC().Format(time.RFC3339))
			continue
		}
		q.columns = append(q.columns, selected{u.name, u.expression()})
	}
	q.from = fmt.Sprintf("FROM %s%s LIMIT %d", identifier(schema, shape.view), where, most)
	return q
}
