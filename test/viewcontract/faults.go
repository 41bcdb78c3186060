package viewcontract

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// Costs says for each view of the contract what goes missing with it: categories, or fields as category.field.
type Costs map[string][]string

// omit adds what a view costs.
func (e Expected) omit(costs []string, reason sdk.Reason) {
	for _, name := range costs {
		e.Omitted[name] = reason
	}
}

// CheckViews breaks one view after the other, each in a database of its own: that costs what Costs says, with the
// reason, and nothing else; and the log names the view.
func (p Plugin) CheckViews(t *testing.T, s *Server, costs Costs) {
	all, _ := views(s.Database(t).Columns(t))
	if len(all) != len(costs) {
		t.Errorf("got %d views, want %d", len(all), len(costs))
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
				want.omit(costs[view], reason)
				names(t, p.Check(t, d, want), view)
			})
		}
	}
}

// CheckFirst takes two views away, of which one is read early and one late: the log names the late one before it says
// what the early one costs.
func (p Plugin) CheckFirst(t *testing.T, s *Server, early, late string) {
	t.Helper()
	d := s.Database(t)
	d.Exec(t, "DROP VIEW usage_data."+early, "DROP VIEW usage_data."+late)
	log := p.Collect(t, d.Sources(t)).Log
	named, missing := strings.Index(log, "usage_data."+late),
		strings.Index(log, "category not available: category=license_information")
	if named < 0 || missing < 0 || named > missing {
		t.Errorf("got %s named at %d and the licence missed at %d, want it before\n%s", late, named, missing, log)
	}
}

// fault is what is done to a column.
type fault struct {
	how    string
	as     string // how the view selects it
	reason sdk.Reason
}

var faults = []fault{
	{"missing", "", sdk.NotOnRelease},
	{"of another type", "to_jsonb(%[1]q) AS %[1]q", sdk.Malformed},
}

// CheckColumns takes one column of each view away at a time, and gives it another type: that costs the field that its
// comment names, and no other; and the log names the column. So it proves as well that each column is read, and as what
// it says. A view that can't be read without the column costs what Costs says.
func (p Plugin) CheckColumns(t *testing.T, s *Server, costs Costs) {
	_, of := views(s.Database(t).Columns(t))
	most := 0
	for _, columns := range of {
		most = max(most, len(columns))
	}
	for i := range most {
		for _, f := range faults {
			t.Run(fmt.Sprintf("column %d %s", i+1, f.how), func(t *testing.T) {
				t.Parallel()
				p.checkColumn(t, s.Database(t), of, i, f, costs)
			})
		}
	}
}

func (p Plugin) checkColumn(t *testing.T, d *Database, of map[string][]Column, i int, f fault, costs Costs) {
	t.Helper()
	want := Expected{Omitted: map[string]sdk.Reason{}}
	for view, columns := range of {
		if i < len(columns) {
			d.spoil(t, columns, i, f)
			want.spoiled(columns, i, f, costs[view])
		}
	}
	log := p.Check(t, d, want)
	for view, columns := range of {
		if i < len(columns) {
			names(t, log, view, columns[i].Name)
		}
	}
}

// spoil changes a view's column.
func (d *Database) spoil(t *testing.T, columns []Column, i int, f fault) {
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

func (e *Expected) spoiled(columns []Column, i int, f fault, costs []string) {
	if columns[i].Field == "" || len(columns) == 1 {
		e.omit(costs, f.reason)
	} else {
		e.Without = append(e.Without, columns[i].Field)
	}
}

// names fails unless a line of the log has the view and the column.
func names(t *testing.T, log, view string, column ...string) {
	t.Helper()
	words := append([]string{`usage_data\.` + view}, column...)
	if !regexp.MustCompile(`\b` + strings.Join(words, `\b.*\b`) + `\b`).MatchString(log) {
		t.Errorf("got no line that names %q in the log:\n%s", words, log)
	}
}
