package page

import (
	"fmt"
	"strings"
)

// mark says how a field differs from the last document. The zero value means that it does not.
type mark string

// The marks, as the page writes them.
const (
	added   mark = "added"
	removed mark = "removed"
	changed mark = "changed"
)

// Sign returns a sign that is shown next to the word, so that the meaning depends neither on the
// color nor on the word alone.
func (m mark) Sign() string {
	return map[mark]string{added: "+", removed: "−", changed: "≠"}[m]
}

// difference is one value that differs between two documents.
type difference struct {
	Mark     mark
	Category string
	Path     string // within the category
	Was, Now string
}

// mostChanges bounds the list. If two documents have little in common, the trees say more.
const mostChanges = 300

// compareDocuments lists the values that are different in the second document, by category and
// path, in the documents' order.
func compareDocuments(before, after []byte) ([]difference, error) {
	was, err := flatten(before)
	if err != nil {
		return nil, fmt.Errorf("compare with the last document: %w", err)
	}
	now, err := flatten(after)
	if err != nil {
		return nil, fmt.Errorf("compare with the last document: %w", err)
	}
	var all []difference
	for _, v := range now.order {
		if old, there := was.by[v]; !there {
			all = append(all, changeOf(added, v, "", now.by[v]))
		} else if old != now.by[v] {
			all = append(all, changeOf(changed, v, old, now.by[v]))
		}
	}
	for _, v := range was.order {
		if _, there := now.by[v]; !there {
			all = append(all, changeOf(removed, v, was.by[v], ""))
		}
	}
	return all, nil
}

func changeOf(m mark, path, was, now string) difference {
	category, rest, _ := strings.Cut(path, ".")
	return difference{Mark: m, Category: category, Path: rest, Was: was, Now: now}
}

// flatDocument holds a document's scalars by their path, and the paths in order.
type flatDocument struct {
	by    map[string]string
	order []string
}

func flatten(text []byte) (flatDocument, error) {
	f := flatDocument{by: map[string]string{}}
	o, err := decode(text)
	if err != nil {
		return f, err
	}
	f.add("", o.within("categories"))
	return f, nil
}

func (f *flatDocument) add(path string, value any) {
	switch is := value.(type) {
	case object:
		for _, m := range is {
			f.add(strings.TrimPrefix(path+"."+m.name, "."), m.value)
		}
	case []any:
		for i, entry := range is {
			f.add(fmt.Sprintf("%s[%d]", path, i+1), entry)
		}
		if len(is) == 0 {
			f.set(path, "none")
		}
	default:
		f.set(path, scalarText(value))
	}
}

func (f *flatDocument) set(path, text string) {
	if _, twice := f.by[path]; !twice {
		f.order = append(f.order, path)
	}
	f.by[path] = text
}

// setMarks sets the marks on the fields of a tree. A single value is added or changed; a field with
// several values is changed.
func (t tree) setMarks(all []difference) {
	for i, b := range t.Branches {
		for j, l := range b.Leaves {
			t.Branches[i].Leaves[j].Mark = l.mark(b.Name, all)
		}
	}
}

func (l leaf) mark(category string, all []difference) mark {
	var found []mark
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
		return changed
	}
}

func isWithin(path, field string) bool {
	rest, ok := strings.CutPrefix(path, field)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
