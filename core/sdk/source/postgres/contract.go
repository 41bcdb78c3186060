package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"polycom.com/usagedata/core/sdk"
)

// catalog holds the relations of the schema.
type catalog struct {
	standby   bool
	relations map[string]relation
}

// relation describes a view, or a relation in its place.
type relation struct {
	relkind  string // relkind: r, v, m, f, p, …
	readable bool
	columns  map[string]string // types by column name
}

// catalogQuestion returns the query for the schema. Its answer always has at least one row, which
// says whether the server is a standby. The query resolves a domain to its base type, and treats an
// enum as text.
func catalogQuestion() question {
	return question{subject: "database schema", columns: []selected{
		{"standby", "pg_is_in_recovery()::text"},
		{"view", "c.relname::text"},
		{"kind", "c.relkind::text"},
		{"readable", "(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))::text"},
		{"column", "a.attname::text"},
		{"type", "CASE t.typtype WHEN 'e' THEN 'text' ELSE format_type(t.oid, NULL) END"},
	}, from: fmt.Sprintf(`FROM (SELECT 1) AS one
		LEFT JOIN pg_namespace n ON n.nspname = '%s'
		LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('v', 'm', 'r', 'p', 'f')
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_type d ON d.oid = a.atttypid
		LEFT JOIN pg_type t ON t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
		LIMIT %d`, schema, maxColumns)}
}

func (s *Server) readCatalog(ctx context.Context) (catalog, error) {
	read := catalog{relations: map[string]relation{}}
	rows, err := s.ask(ctx, catalogQuestion())
	for _, cells := range rows {
		read.add(cells)
	}
	return read, err
}

func (c *catalog) add(cells row) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		if cell != nil {
			texts[i] = *cell
		}
	}
	standby, view, column := texts[0] == yes, texts[1], texts[4]
	c.standby = standby
	if view == "" {
		return
	}
	if _, ok := c.relations[view]; !ok {
		c.relations[view] = relation{relkind: texts[2], readable: texts[3] == yes, columns: map[string]string{}}
	}
	if column != "" {
		c.relations[view].columns[column] = texts[5]
	}
}

// yes is the text of a boolean that is true.
const yes = "true"

// Contract compares views with the database. It needs one query for all views, which is not
// repeated when they are read. It logs each difference and includes it in the error: a view that is
// missing, is not a view or may not be read, and a column that is missing or has another type. A
// plugin may ignore the error: each function that reads a view returns its own error.
func Contract(ctx context.Context, s *Server, views ...Shape) error {
	there, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	var found []error
	for _, shape := range views {
		_, problems := shape.compare(there)
		found = append(found, problems...)
	}
	for _, problem := range found {
		s.warnOnce("the database is not as expected", "error", problem)
	}
	return errors.Join(found...)
}

// usable is a column that can be read, with its type in the database.
type usable struct {
	column
	dbType string
}

// compare returns the columns that can be read, and the differences. If the column hour is needed
// but cannot be used, no column can be read, because the row cannot be found.
func (shape Shape) compare(there catalog) (columns []usable, differences []error) {
	view, ok := there.relations[shape.view]
	switch {
	case !ok:
		return nil, []error{shape.differs(sdk.NotOnRelease, "is missing")}
	case view.relkind != "v" && view.relkind != "m":
		return nil, []error{shape.differs(sdk.NotOnRelease, "is a table")}
	case !view.readable:
		return nil, []error{shape.differs(sdk.NotPermitted, "permission denied")}
	}
	key := true
	for _, c := range shape.columns {
		dbType, ok := view.columns[c.name]
		switch {
		case !ok:
			differences = append(differences, shape.differs(sdk.NotOnRelease, "has no column %s", c.name))
		case !c.fits(dbType):
			differences = append(differences,
				shape.differs(sdk.Malformed, "has the wrong type in column %s, expected %s",
					c.name, c.kind.word))
		default:
			columns = append(columns, usable{c, dbType})
			continue
		}
		key = key && c.field != nil
	}
	if selected := func(u usable) bool { return u.field != nil }; !key || !slices.ContainsFunc(columns, selected) {
		columns = nil
	}
	return columns, differences
}

// differs returns an error about a difference. It contains only names of the contract.
func (shape Shape) differs(reason sdk.Reason, format string, args ...any) error {
	return fmt.Errorf("%s %s: %w", shape.name(), fmt.Sprintf(format, args...), sdk.NotAvailable(reason))
}
