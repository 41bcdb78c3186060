package postgres

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

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
// *float64, string, time.Time, sdk.Date, *time.Duration or []string. NULL leaves a field empty, and so does what it
// can't hold, which the log names. It panics on any other T, as that can't be mended at run time.
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

// kind is how a Go type is filled: from which types of PostgreSQL, as which text, and how that is read.
type kind struct {
	word  string // for the log
	types []string
	text  string                        // an expression of the column %[1]s
	value func(text string) (any, bool) // false: it is not what the field is for
}

var (
	numerals = []string{"bigint", "integer", "smallint", "numeric"}
	decimals = append([]string{"double precision", "real"}, numerals...)
	texts    = []string{"text", "character varying", "character"}
	instant  = kind{"time", []string{"timestamp with time zone", "date"}, plain, momentOf}
)

// interval has an expression of its own.
const interval = "interval"

// As which text a column is read: never more of it than is wanted, whatever is there.
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

// expression selects the column as text, from the type that PostgreSQL has for it.
func (u usable) expression() string {
	text := u.kind.text
	if u.kept == interval {
		text = seconds
	}
	return fmt.Sprintf(text, identifier(u.name))
}

// identifier quotes a name of ours.
func identifier(names ...string) string { return `"` + strings.Join(names, `"."`) + `"` }

func (c column) fits(kept string) bool { return slices.Contains(c.kind.types, kept) }
