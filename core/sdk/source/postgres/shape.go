package postgres

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/core/sdk"
)

// tag is the struct tag that names a column of the contract.
const tag = "column"

// Shape is a view of the contract, with the columns that are read of it. Make it with ViewOf or HourlyOf.
type Shape struct {
	view    string
	columns []column
}

// column is one that is wanted. Without a field it is only needed to find the row.
type column struct {
	name  string
	kind  kind
	field []int
}

// name is the view's, for the log and for errors.
func (shape Shape) name() string { return schema + "." + shape.view }

// ViewOf is what Row and List read into T: a struct whose fields have `column` tags and are of type *int64, *bool,
// *float64, string, time.Time, sdk.Date, *time.Duration or []string. NULL leaves a field empty. It panics on any other
// T, as that can't be mended at run time.
func ViewOf[T any](view string) Shape { return shapeOf(view, reflect.TypeFor[T]()) }

// HourlyOf is what Hour reads into T: the columns of T, and hour.
func HourlyOf[T any](view string) Shape {
	shape := ViewOf[T](view)
	shape.columns = append(shape.columns, column{name: hour, kind: instant})
	return shape
}

// hour is the column that says which hour of UTC a row is about: its start, a timestamp with time zone.
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

// kind is how a Go type is filled: from which types of PostgreSQL, by which expression, and how.
type kind struct {
	word  string // for the log
	types []string
	sql   func(name string) string
	into  func(into any) (from any, put func()) // into points to the field; from is what to scan into, put completes it
}

var (
	whole    = []string{"bigint", "integer", "smallint"}
	decimals = append([]string{"double precision", "real", "numeric"}, whole...)
	texts    = []string{"text", "character varying", "character"}
	arrays   = []string{"text[]", "character varying[]"}
	interval = "interval"
	instant  = kind{"time", []string{"timestamp with time zone", "date"}, as("%s::timestamptz"), timeInto}
)

var kinds = map[reflect.Type]kind{
	reflect.TypeFor[*int64]():    {"integer", whole, as("%s::bigint"), directly},
	reflect.TypeFor[*bool]():     {"boolean", []string{"boolean"}, as("%s"), directly},
	reflect.TypeFor[*float64]():  {"number", decimals, as("%s::float8"), directly},
	reflect.TypeFor[string]():    {"text", texts, as(fmt.Sprintf("left(%%s::text, %d)", maxText+1)), textInto},
	reflect.TypeFor[time.Time](): instant,
	reflect.TypeFor[sdk.Date](): {"date", append([]string{"date"}, texts...),
		as(fmt.Sprintf("left(%%s::text, %d)", maxText+1)), dateInto},
	reflect.TypeFor[*time.Duration](): {"interval", append([]string{interval}, decimals...), as("%s::float8"),
		durationInto},
	reflect.TypeFor[[]string](): {"text list", arrays, as(fmt.Sprintf("(%%s::text[])[1:%d]", maxArray)), arrayInto},
}

func as(format string) func(string) string {
	return func(name string) string { return fmt.Sprintf(format, pgx.Identifier{name}.Sanitize()) }
}

// expression selects the column as the type that PostgreSQL has for it.
func (c column) expression(kept string) string {
	if kept == interval {
		return as("extract(epoch FROM %s)::float8")(c.name)
	}
	return c.kind.sql(c.name)
}

func (c column) fits(kept string) bool { return slices.Contains(c.kind.types, kept) }
