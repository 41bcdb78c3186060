package page

import (
	"strings"

	"polycom.com/usagedata/core/compare"
)

// mostChanges bounds the list. If two documents have little in common, the trees say more.
const mostChanges = 300

// setMarks sets the marks on the fields of a tree. A single value is added or changed; a field with
// several values is changed.
func (t tree) setMarks(all []compare.Difference) {
	for i, b := range t.Branches {
		for j, l := range b.Leaves {
			t.Branches[i].Leaves[j].Mark = l.mark(b.Name, all)
		}
	}
}

func (l leaf) mark(category string, all []compare.Difference) compare.Mark {
	var found []compare.Mark
	for _, c := range all {
		if c.Category == category && isWithin(c.Path, l.Name) {
			found = append(found, c.Mark)
		}
	}
	single := len(l.Value.Rows)+len(l.Value.Pairs)+len(l.Value.List)+len(l.Value.Parts) == 0
	switch {
	case len(found) == 0:
		return ""
	case single && len(found) == 1:
		return found[0]
	default:
		return compare.Changed
	}
}

func isWithin(path, field string) bool {
	rest, ok := strings.CutPrefix(path, field)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
