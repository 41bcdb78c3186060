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
	at, err := parseOID(entry)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, sdk.NotAvailable(sdk.Unexplained))
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), columnOf(at))
	if err != nil {
		return nil, err
	}
	w := newWalk(a, at, fields)
	if err := w.all(ctx); err != nil {
		return nil, err
	}
	if err := w.got.failed(at); err != nil {
		return nil, err
	}
	return joined[T](w), nil
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
