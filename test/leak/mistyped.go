package leak

import (
	"slices"
	"strconv"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Mistaken counts, for one kept kind, what became of identifiers that are none of its values.
type Mistaken struct {
	Kind   kind.Kind
	Shares map[Family]Share
	Passed map[Family][]string // the identifiers that passed
}

// Identifiers lists each labelled identifier of the lines once.
func Identifiers(lines []Line) []string {
	var values []string
	for _, l := range lines {
		values = append(values, l.Must...)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// Planted lists the identifiers that the table of kinds has for this test.
func Planted() []string {
	var values []string
	for _, row := range kind.All() {
		values = append(values, row.Planted...)
	}
	return values
}

// Mistype gives each identifier to a field of each kept kind, as a plugin that mistakes one member of
// an answer for another would. A version has no ranges and no words here, and an enum a closed list.
func Mistype(identifiers []string) []Mistaken {
	rows := keptRows()
	m := measured{anonymize.EphemeralKey(), keptProfile(rows)}
	table := make([]Mistaken, len(rows))
	for i, row := range rows {
		table[i] = Mistaken{row.Kind, map[Family]Share{}, map[Family][]string{}}
	}
	for _, value := range identifiers {
		passed := m.passed(value)
		for i := range table {
			table[i].add(value, passed[table[i].Kind])
		}
	}
	return table
}

func (m *Mistaken) add(value string, passed bool) {
	family := familyOf(value)
	share := m.Shares[family]
	share.count(passed)
	m.Shares[family] = share
	if passed {
		m.Passed[family] = append(m.Passed[family], value)
	}
}

func keptRows() []kind.Row {
	return slices.DeleteFunc(kind.All(), func(row kind.Row) bool { return row.Treatment != kind.Keep })
}

func keptProfile(rows []kind.Row) profile.Profile {
	c := profile.Category{Name: category}
	for _, row := range rows {
		f := profile.Field{Name: string(row.Kind), Kind: row.Kind}
		if row.Kind == kind.Enum {
			f.Values = []string{"on", "off"}
		}
		c.Fields = append(c.Fields, f)
	}
	return profile.Profile{ID: "leaktest", Categories: []profile.Category{c}}
}

// passed returns the kinds of which a field keeps the identifier, as text or, if it is digits only, as
// the number that it spells. Whatever is left counts, in whatever form: only the value that the table
// gives instead of a refused one is no leak.
func (m measured) passed(identifier string) map[kind.Kind]bool {
	passed := map[kind.Kind]bool{}
	raws := []any{identifier}
	if n, err := strconv.ParseInt(identifier, 10, 64); err == nil && familyOf(identifier) == digits {
		raws = append(raws, n)
	}
	for _, raw := range raws {
		for _, fact := range m.facts(raw) {
			k := kind.Kind(fact.Field())
			if instead := kind.Of(k).Instead; instead == "" || fact.Value() != instead {
				passed[k] = true
			}
		}
	}
	return passed
}

// facts gives the raw value to all fields at once. There is no pseudonymized one, so none learns from another.
func (m measured) facts(raw any) []anonymize.Fact {
	var observed []usage.Observation
	for _, f := range m.profile.Categories[0].Fields {
		observed = append(observed, usage.Observation{Category: category, Field: usage.Raw(f.Name), Value: usage.Raw(raw)})
	}
	return anonymize.Treat(m.key, m.profile, anonymize.Unnamed(), observed).Facts
}
