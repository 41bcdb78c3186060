package snmp

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"polycom.com/usagedata/core/sdk"
)

// errTooLong is what Rows says, without reading on, of a table of more than MaxRows rows.
var errTooLong = fmt.Errorf("%w: the table has more than %d rows", sdk.NotAvailable(sdk.Unexplained), MaxRows)

// Rows reads a table by GETBULK. entry is the OID of the table's entry. T is a struct: each field with a tag `oid:"3"`,
// the number of a column below the entry, is a *int64, a *float64 or a string; others are left alone, and other columns
// are not asked for. All columns are walked together, so that a small table costs one request.
//
// Cells with the same index make a row; rows come in the order of their index. A cell that is not there, or can't be
// what the field is for, stays nil or empty; of the latter the column is logged, once. A row exists where it has a cell
// in one of the columns that are asked for.
//
// SNMP can't tell an empty table from one that the agent does not have. Nothing is invented: no rows are an error,
// NotAvailable(NotOnRelease). Where an agent counts the rows in an object of its own, read that for the zero.
func Rows[T any](ctx context.Context, a *Agent, entry string) ([]T, error) {
	rows, _, err := Columns[T](ctx, a, entry)
	return rows, err
}

// Columns is Rows that says of each column that is not whole why: NotOnRelease if the agent does not have it, the
// agent's error about it, and Malformed if a row has no cell, or one that can't be what the field is for. A cell that
// says that there is no number, as -1, is one: its column is whole.
func Columns[T any](ctx context.Context, a *Agent, entry string) ([]T, Lacks, error) {
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
	return joined[T](w), w.lacks(), nil
}

// lacks looks for columns that are not whole.
func (w *walk) lacks() Lacks {
	for _, c := range w.columns {
		there, taken := 0, 0
		for _, r := range w.rows {
			if cell, has := r.cells[c.place]; has {
				there++
				if cell.taken {
					taken++
				}
			}
		}
		switch _, refused := w.got.lacks[c.name]; {
		case refused:
		case there == 0:
			w.got.lacks[c.name] = sdk.NotOnRelease
		case taken < len(w.rows):
			w.got.lacks[c.name] = sdk.Malformed
		}
	}
	return w.got.lacks
}

// joined makes rows of the cells.
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
