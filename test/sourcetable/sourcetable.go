// Package sourcetable compares a product's README.md with its profile: the tables of the section
// "Sources of the fields" give the source of every field, and whether it is publicly
// documented or inferred.
package sourcetable

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
)

const (
	heading = "## Sources of the fields"
	columns = "| field | source | documented or inferred | where |"
)

// Check reads README.md in the test's folder. A row is about a field, `category.field`, or about a
// part of one, `category.field.part`; if a field is a record, its row covers all of its parts.
// Every part must have one row.
func Check(t *testing.T, profileYAML []byte) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems(p, string(text)) {
		t.Error("README.md: " + problem)
	}
}

func problems(p profile.Profile, text string) (found []string) {
	rows, found := read(text)
	used := map[string]bool{}
	for _, field := range leaves(p) {
		switch about := covering(rows, field); len(about) {
		case 0:
			found = append(found, field+" has no row")
		case 1:
			used[about[0]] = true
		default:
			found = append(found, field+" has several rows: "+strings.Join(about, ", "))
			for _, name := range about {
				used[name] = true
			}
		}
	}
	for _, name := range rows {
		if !used[name] {
			found = append(found, name+" is not in the profile, or has two rows")
		}
		delete(used, name)
	}
	return found
}

var named = regexp.MustCompile("^`([a-z0-9_]+(?:\\.[a-z0-9_]+)+)`$")

// read returns the names in the section's rows, and the errors in them.
func read(text string) (names, found []string) {
	_, section, there := strings.Cut(text, "\n"+heading+"\n")
	if !there {
		return nil, []string{"there is no section " + heading}
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || line == columns || strings.HasPrefix(line, "|--") {
			continue
		}
		name, problem := row(line)
		if problem != "" {
			found = append(found, problem)
			continue
		}
		names = append(names, name)
	}
	return names, found
}

func row(line string) (name, problem string) {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	switch is := named.FindStringSubmatch(cells[0]); {
	case is == nil, len(cells) != 4, cells[1] == "", cells[3] == "":
		return "", "not a row of " + columns + ": " + line
	case cells[2] != "documented" && cells[2] != "inferred":
		return "", "neither documented nor inferred: " + line
	default:
		return is[1], ""
	}
}

// covering returns the rows that are about the field, or about a record that contains it.
func covering(rows []string, field string) (about []string) {
	for _, name := range rows {
		if field == name || strings.HasPrefix(field, name+".") {
			about = append(about, name)
		}
	}
	return about
}

// leaves returns the fields that hold a value.
func leaves(p profile.Profile) (names []string) {
	for _, c := range p.Categories {
		for _, f := range c.Fields {
			names = append(names, within(c.Name+"."+f.Name, f)...)
		}
	}
	return names
}

func within(name string, f profile.Field) (names []string) {
	if len(f.Fields) == 0 {
		return []string{name}
	}
	for _, part := range f.Fields {
		names = append(names, within(name+"."+part.Name, part)...)
	}
	return names
}
