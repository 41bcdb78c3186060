package snmp

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"polycom.com/usagedata/core/sdk"
)

// errTooLong is the error for a table of more than [MaxRows] rows, which is not read to its end.
var errTooLong = fmt.Errorf("%w: the table has more than %d rows", sdk.NotAvailable(sdk.Unexplained), MaxRows)

// Rows reads a table by GETBULK. entry is the OID of the table's entry. T is a struct. Each field
// with a tag `oid:"3"`, the number of a column below the entry, is a *int64, a *float64 or a
// string; Rows ignores other fields and does not request other columns. It walks all columns
// together, so that a small table needs one request.
//
// Cells with the same index form a row; the rows are sorted by index. A cell that is missing or
// does not fit its field stays nil or empty; in the second case the column is logged once. A row
// exists if it has a cell in one of the requested columns.
//
// SNMP cannot distinguish an empty table from a table that the agent does not have. If there are no
// rows, Rows does not invent an answer but fails with [sdk.NotOnRelease]. If an agent counts the
// rows in a separate object, read that object to learn of zero rows.
func Rows[T any](ctx context.Context, a *Agent, entry string) ([]T, error) {
	rows, _, err := Columns[T](ctx, a, entry)
	return rows, err
}

// Columns is like [Rows] but also returns the reason for each incomplete column: [sdk.NotOnRelease]
// if the agent does not have it, the reason of the agent's error about it, or [sdk.Malformed] if a
// row has no cell for it or one that does not fit the field. A number that means unknown, such as
// -1, counts as a cell.
func Columns[T any](ctx context.Context, a *Agent, entry string) ([]T, Missing, error) {
	at, err := parseOID(entry)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", err, sdk.NotAvailable(sdk.Unexplained))
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), columnOf(at))
	if err != nil {
		return nil, nil, err
	}
	w := newWalk(a, at, fields)
	if err := w.all(ctx); err != nil {
		return nil, nil, err
	}
	if err := w.got.failed(at); err != nil {
		return nil, nil, err
	}
	return joined[T](w), w.missing(), nil
}

// missing adds the columns that are not complete.
func (w *walk) missing() Missing {
	for _, c := range w.columns {
		there, taken := 0, 0
		for _, r := range w.rows {
			if cell, has := r.cells[c.place]; has {
				there++
				if cell.accepted {
					taken++
				}
			}
		}
		switch _, refused := w.got.missing[c.name]; {
		case refused:
		case there == 0:
			w.got.missing[c.name] = sdk.NotOnRelease
		case taken < len(w.rows):
			w.got.missing[c.name] = sdk.Malformed
		}
	}
	return w.got.missing
}

// joined returns the rows, sorted by their index.
func joined[T any](w *walk) []T {
	var indices []oid
	for _, r := range w.rows {
		indices = append(indices, r.index)
	}
	slices.SortFunc(indices, slices.Compare)
	rows := make([]T, len(indices))
	for i, index := range indices {
		into := reflect.ValueOf(&rows[i]).Elem()
		for place, cell := range w.rows[index.String()].cells {
			if cell.value.IsValid() {
				into.FieldByIndex(w.columns[place].index).Set(cell.value)
			}
		}
	}
	return rows
}
