package viewcontract

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// Column is a column of the contract, as the server has it.
type Column struct {
	View, Name, Type string
	Comment          string
	ViewComment      string

	// These are parsed from the comment: the field that the column is sent as, its kind, its unit,
	// its closed list. If a column is not sent, they are empty.
	Field, Kind, Unit string
	Words             []string
}

// sentence matches the end of every comment.
var sentence = regexp.MustCompile(`^[A-Z].+\. NULL: [a-z].+\. ` +
	`(?:Sent as ([a-z0-9_]+(?:\.[a-z0-9_]+)+): ([a-z]+)(?: in ([a-z ]+))?(?: of ([^,]+(?:, [^,]+)*))?|Not sent: .+)\.$`)

const columnsQuery = `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL),
       coalesce(col_description(c.oid, a.attnum), ''), coalesce(obj_description(c.oid), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'usage_data'::regnamespace AND a.attnum > 0
ORDER BY c.oid, a.attnum`

// Columns reads the contract from the server. If a comment has another form, the test fails.
func (d *Database) Columns(t testing.TB) []Column {
	t.Helper()
	conn := d.server.connect(t, d.name)
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(), columnsQuery)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Column, err error) {
		err = row.Scan(&c.View, &c.Name, &c.Type, &c.Comment, &c.ViewComment)
		return c, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range columns {
		columns[i].parseComment(t)
	}
	return columns
}

func (c *Column) parseComment(t testing.TB) {
	t.Helper()
	if c.ViewComment == "" {
		t.Errorf("view %s has no comment", c.View)
	}
	said := sentence.FindStringSubmatch(c.Comment)
	if said == nil {
		t.Errorf("%s.%s: got the comment %q, want one that gives its meaning, that of NULL, and the field that is sent",
			c.View,
			c.Name, c.Comment)
		return
	}
	c.Field, c.Kind, c.Unit = said[1], said[2], said[3]
	if said[4] != "" {
		c.Words = strings.Split(said[4], ", ")
	}
}

// views groups columns by view, in their order.
func views(columns []Column) (names []string, of map[string][]Column) {
	of = map[string][]Column{}
	for _, c := range columns {
		if of[c.View] == nil {
			names = append(names, c.View)
		}
		of[c.View] = append(of[c.View], c)
	}
	return names, of
}

// fromMachine are the categories, and a field, that the operating system fills, not a view.
var fromMachine = []string{"hardware_configuration", "system_resource_usage", "system_configuration.host"}

// types are the PostgreSQL types of each kind.
var types = map[kind.Kind][]string{
	kind.Count: {"bigint"}, kind.Measure: {"bigint", "double precision"}, kind.Flag: {"boolean"},
	kind.Enum:    {"text", "text[]"},
	kind.Version: {"text"}, kind.Duration: {"interval"}, kind.Serial: {"text"}, kind.License: {"text"},
	kind.Date: {"date"}, kind.Time: {"timestamp with time zone"},
}

// checkProfile compares the contract with the profile in both directions. Each column is sent once,
// as a field with the kind, unit and closed list of its comment. Each field has its column, except
// those that are always missing or that name the source that was read.
func (p Plugin) checkProfile(t *testing.T, s *Server) {
	approved, err := profile.Parse(p.Profile)
	if err != nil {
		t.Fatal(err)
	}
	fields := leaves(approved)
	for _, c := range s.Database(t).Columns(t) {
		at := c.View + "." + c.Name
		f, ok := fields[c.Field]
		switch {
		case c.Field == "":
		case !ok:
			t.Errorf("%s is sent as %s, which the profile does not have, or which has a column already", at, c.Field)
		case string(f.Kind) != c.Kind || f.Unit != c.Unit || !slices.Equal(f.Values, c.Words):
			t.Errorf("%s: got a %s in %q of %q, want as in the profile: %s in %q of %q", at, c.Kind, c.Unit, c.Words,
				f.Kind, f.Unit, f.Values)
		case !slices.Contains(types[f.Kind], c.Type):
			t.Errorf("%s: got a %s for a %s, want one of %q", at, c.Type, f.Kind, types[f.Kind])
		}
		delete(fields, c.Field)
	}
	for name := range p.Lacking {
		discard(t, fields, name)
	}
	for _, name := range p.Beside {
		discard(t, fields, name)
	}
	if len(fields) > 0 {
		t.Errorf("got no column for %q, and they are not always lacking", slices.Sorted(maps.Keys(fields)))
	}
}

// discard removes a field and its parts. If the field has a column, it has been removed before.
func discard(t *testing.T, fields map[string]profile.Field, name string) {
	t.Helper()
	before := len(fields)
	maps.DeleteFunc(fields, func(path string, _ profile.Field) bool {
		return path == name || strings.HasPrefix(path, name+".")
	})
	if len(fields) == before {
		t.Errorf("%s has a column, or is not in the profile", name)
	}
}

// leaves returns the fields that hold values, by their path.
func leaves(p profile.Profile) map[string]profile.Field {
	found := map[string]profile.Field{}
	var walk func(at string, fields []profile.Field)
	walk = func(at string, fields []profile.Field) {
		for _, f := range fields {
			if len(f.Fields) == 0 {
				found[at+"."+f.Name] = f
			}
			walk(at+"."+f.Name, f.Fields)
		}
	}
	for _, c := range p.Categories {
		walk(c.Name, c.Fields)
	}
	maps.DeleteFunc(found, func(path string, _ profile.Field) bool {
		return slices.Contains(fromMachine, path) || slices.Contains(fromMachine, category(path))
	})
	return found
}
