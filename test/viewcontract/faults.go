package viewcontract

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
)

// checkViews breaks one view after the other, each in a database of its own: exactly the fields in
// [DependentValues] are missing, with the reason, and the log names the view.
func (p Plugin) checkViews(t *testing.T, s *Server) {
	all, _ := views(s.Database(t).Columns(t))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(p.Costs)), slices.Sorted(slices.Values(all))); diff != "" {
		t.Errorf("views (-costs +contract)\n%s", diff)
	}
	for _, view := range all {
		for sql, reason := range map[string]sdk.Reason{
			"DROP VIEW usage_data.%s":                               sdk.NotOnRelease,
			"REVOKE SELECT ON usage_data.%s FROM usage_data_reader": sdk.NotPermitted,
		} {
			t.Run(fmt.Sprintf(sql, view), func(t *testing.T) {
				t.Parallel()
				d, want := s.Database(t), Expected{Omitted: map[string]sdk.Reason{}}
				d.Exec(t, fmt.Sprintf(sql, view))
				want.omit(p.Costs[view], reason)
				wantLogged(t, p.Check(t, d, want), view)
			})
		}
	}
}

// checkFirst drops all views: the log names every one of them before it reports the first missing
// category.
func (p Plugin) checkFirst(t *testing.T, s *Server) {
	d := s.Database(t)
	for view := range p.Costs {
		d.Exec(t, "DROP VIEW usage_data."+view)
	}
	log := p.Collect(t, d.Sources(t)).Log
	before, _, ok := strings.Cut(log, "not available: category=license_information")
	if !ok {
		t.Errorf("the log has no reason for the license category:\n%s", log)
	}
	for view := range p.Costs {
		wantLogged(t, before, view)
	}
}

// fault is a change to a column.
type fault struct {
	how    string
	as     string // the expression with which the view selects it
	reason sdk.Reason
}

var faults = []fault{
	{"missing", "", sdk.NotOnRelease},
	{"of another type", "to_jsonb(%[1]q) AS %[1]q", sdk.Malformed},
}

// checkColumns removes one column of each view at a time, and changes its type: only the field in
// its comment is missing, and the log names the column. This also proves that each column is read,
// and as its comment says. If a view can't be read without the column, the fields in
// [DependentValues] are missing.
func (p Plugin) checkColumns(t *testing.T, s *Server) {
	_, of := views(s.Database(t).Columns(t))
	most := 0
	for _, columns := range of {
		most = max(most, len(columns))
	}
	for i := range most {
		for _, f := range faults {
			t.Run(fmt.Sprintf("column %d %s", i+1, f.how), func(t *testing.T) {
				t.Parallel()
				p.checkColumn(t, s.Database(t), of, i, f)
			})
		}
	}
}

func (p Plugin) checkColumn(t *testing.T, d *Database, of map[string][]Column, i int, f fault) {
	t.Helper()
	want := Expected{Omitted: map[string]sdk.Reason{}}
	for view, columns := range of {
		if i < len(columns) {
			d.applyFault(t, columns, i, f)
			want.expectFault(columns, i, f, p.Costs[view])
			want.omitWithSource(columns[i].Field, p.Sources)
		}
	}
	log := p.Check(t, d, want)
	for view, columns := range of {
		if i < len(columns) {
			wantLogged(t, log, view, columns[i].Name)
		}
	}
}

// applyFault changes a view's column.
func (d *Database) applyFault(t *testing.T, columns []Column, i int, f fault) {
	t.Helper()
	var selected []string
	for j, c := range columns {
		as := "%q"
		if j == i {
			as = f.as
		}
		if as != "" {
			selected = append(selected, fmt.Sprintf(as, c.Name))
		}
	}
	d.replace(t, columns[i].View, strings.Join(selected, ", ")+" FROM")
}

func (e *Expected) expectFault(columns []Column, i int, f fault, costs []string) {
	if columns[i].Field == "" || len(columns) == 1 {
		e.omit(costs, f.reason)
	} else {
		e.Without = append(e.Without, columns[i].Field)
	}
}

// omitWithSource expects that, if a field is read from one of several sources, it and its source
// are missing with a reason.
func (e *Expected) omitWithSource(field string, sources map[string]string) {
	source, is := sources[field]
	if !is {
		return
	}
	e.Without = append(e.Without, source)
	e.Omitted[field], e.Omitted[source] = sdk.Unexplained, sdk.Unexplained
}

// wantLogged fails unless the comparison with the contract logged the view and the column.
func wantLogged(t *testing.T, log, view string, column ...string) {
	t.Helper()
	words := append([]string{differs, `usage_data\.` + view}, column...)
	if !regexp.MustCompile(`\b` + strings.Join(words, `\b.*\b`) + `\b`).MatchString(log) {
		t.Errorf("got no line that names %q in the log:\n%s", words, log)
	}
}

// canary is the content of a column that is not in the contract.
const canary = "Wilhelmina Ashgrove"

// trap is a function that fails with a name in its message.
const trap = `CREATE OR REPLACE FUNCTION product.trap() RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE '` +
	canary + `'; END $$`

// AddColumns adds columns to a view that are not in the contract: one that holds a person's name,
// and one that fails when it is read.
func (d *Database) AddColumns(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, trap)
	d.replace(t, view, "kept.*, '"+canary+"'::text AS administrator, product.trap() AS administrator_email FROM")
}

// FailView makes a view fail.
func (d *Database) FailView(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, trap)
	d.replace(t, view, "kept.* FROM (SELECT WHERE product.trap() IS NULL) AS trap,")
}

// SlowView makes a view take longer than it may.
func (d *Database) SlowView(t testing.TB, view string) {
	t.Helper()
	d.replace(t, view, "kept.* FROM (SELECT pg_sleep(30) OFFSET 0) AS nap,")
}

// DuplicateRows makes a view return each of its rows twice.
func (d *Database) DuplicateRows(t testing.TB, view string) {
	t.Helper()
	d.replace(t, view, "kept.* FROM generate_series(1, 2),")
}

// EmptyView makes a view return no row.
func (d *Database) EmptyView(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, "CREATE VIEW product.none AS SELECT WHERE false")
	d.replace(t, view, "kept.* FROM product.none,")
}

// replace replaces a view with one that selects from it; selected may contain a FROM of its own,
// which continues.
func (d *Database) replace(t testing.TB, view, selected string) {
	t.Helper()
	d.Exec(t, fmt.Sprintf(`ALTER VIEW usage_data.%[1]s SET SCHEMA product;
		CREATE VIEW usage_data.%[1]s AS SELECT %[2]s product.%[1]s AS kept;
		GRANT SELECT ON usage_data.%[1]s TO usage_data_reader`, view, selected))
}
