package postgres

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// tag is the key of the struct tag that names a column of the contract.
const tag = "column"

// Shape is a view of the contract with the columns to read. [ViewOf] and [HourlyOf] return one.
type Shape struct {
	view    string
	columns []column
}

// column is a column to read. If it has no field, it is only needed to find the row.
type column struct {
	name  string
	kind  kind
	field []int
}

// name returns the qualified name of the view, for the log and for errors.
func (shape Shape) name() string { return schema + "." + shape.view }

// ViewOf returns the [Shape] that [Row] and [List] read into T. T is a struct whose fields have
// `column` tags and one of the types *int64, *bool, *float64, string, time.Time, sdk.Date,
// *time.Duration and []string. NULL leaves a field empty. So does a value that the field cannot
// hold; the log names its column. ViewOf panics for any other T, because such a mistake cannot be
// fixed at run time.
func ViewOf[T any](view string) Shape { return shapeOf(view, reflect.TypeFor[T]()) }

// HourlyOf returns the [Shape] that [Hour] reads into T: the columns of T, and hour.
func HourlyOf[T any](view string) Shape {
	shape := ViewOf[T](view)
	shape.columns = append(shape.columns, column{name: hour, kind: instant})
	return shape
}

// hour is the column with the UTC hour that a row describes: its start, as a timestamp with time
// zone.
const hour = "hour"

func shapeOf(view string, t reflect.Type) Shape {
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("view %s: %s is not a struct", view, t))
	}
	shape := Shape{view: view}
	for _, field := range reflect.VisibleFields(t) {
		name, tagged := field.Tag.Lookup(tag)
		if !tagged {
			continue
		}
		kind, ok := kinds[field.Type]
		if !ok || !field.IsExported() || name == "" {
			panic(fmt.Sprintf("view %s: the field %s of %s can't hold a column", view, field.Name, t))
		}
		shape.columns = append(shape.columns, column{name: name, kind: kind, field: field.Index})
	}
	if len(shape.columns) == 0 {
		panic(fmt.Sprintf("view %s: %s has no columns", view, t))
	}
	return shape
}

// kind describes how a Go type is filled: the PostgreSQL types that it accepts, the expression that
// selects them as text, and the function that parses the text.
type kind struct {
	word  string // for the log
	types []string
	text  string                        // an expression of the column %[1]s
	value func(text string) (any, bool) // false if the text does not fit the field
}

var (
	numerals = []string{"bigint", "integer", "smallint", "numeric"}
	decimals = append([]string{"double precision", "real"}, numerals...)
	texts    = []string{"text", "character varying", "character"}
	instant  = kind{"time", []string{"timestamp with time zone", "date"}, plain, momentOf}
)

// interval needs an expression of its own.
const interval = "interval"

// The expressions that select a column as text. They limit the length, however long the value is.
var (
	plain   = fmt.Sprintf("left(%%[1]s::text, %d)", maxText+1)
	seconds = "extract(epoch FROM %[1]s)::text"
	list    = fmt.Sprintf("CASE WHEN %%[1]s IS NOT NULL THEN array_to_json(ARRAY(SELECT left(one, %d) FROM "+
		"(SELECT unnest(%%[1]s::text[]) AS one LIMIT %d) AS all_of_them))::text END", maxText+1, maxArray)
)

var kinds = map[reflect.Type]kind{
	reflect.TypeFor[*int64]():         {"integer", numerals, plain, integerOf},
	reflect.TypeFor[*bool]():          {"boolean", []string{"boolean"}, plain, flagOf},
	reflect.TypeFor[*float64]():       {"number", decimals, plain, numberOf},
	reflect.TypeFor[string]():         {"text", texts, plain, textOf},
	reflect.TypeFor[time.Time]():      instant,
	reflect.TypeFor[sdk.Date]():       {"date", append([]string{"date"}, texts...), plain, dateOf},
	reflect.TypeFor[*time.Duration](): {"interval", append([]string{interval}, decimals...), plain, durationOf},
	reflect.TypeFor[[]string]():       {"text list", []string{"text[]", "character varying[]"}, list, textsOf},
}

// expression returns the SQL expression that selects the column as text, depending on its type in
// the database.
func (u usable) expression() string {
	text := u.kind.text
	if u.dbType == interval {
		text = seconds
	}
	return fmt.Sprintf(text, identifier(u.name))
}

// identifier quotes a name. The names are ours, not the customer's.
func identifier(names ...string) string { return `"` + strings.Join(names, `"."`) + `"` }

func (c column) fits(dbType string) bool { return slices.Contains(c.kind.types, dbType) }
