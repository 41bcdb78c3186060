package viewcontract

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Column is one of the contract, as the server has it.
type Column struct {
	View, Name, Type string
	Comment          string
	ViewComment      string

	// What the comment says: the field that the column is sent as, its kind, its unit, its closed list. A column that is
	// not sent has none.
	Field, Kind, Unit string
	Words             []string
}

// sentence is how every comment ends.
var sentence = regexp.MustCompile(`^[A-Z].+\. NULL: [a-z].+\. (?:Sent as ([a-z0-9_]+(?:\.[a-z0-9_]+)+): ([a-z]+)(?: in ([a-z ]+))?(?: of ([^,]+(?:, [^,]+)*))?|Not sent: .+)\.$`)

const columnsQuery = `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL),
       coalesce(col_description(c.oid, a.attnum), ''), coalesce(obj_description(c.oid), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'usage_data'::regnamespace AND a.attnum > 0
ORDER BY c.oid, a.attnum`

// Columns reads the contract from the server. A comment that is not written as all are fails the test.
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
		columns[i].understand(t)
	}
	return columns
}

func (c *Column) understand(t testing.TB) {
	t.Helper()
	if c.ViewComment == "" {
		t.Errorf("view %s has no comment", c.View)
	}
	said := sentence.FindStringSubmatch(c.Comment)
	if said == nil {
		t.Errorf("%s.%s: got the comment %q, want one that says what it is, what NULL means, and as what it is sent", c.View,
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
