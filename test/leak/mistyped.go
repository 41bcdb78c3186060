package leak

import (
	"slices"
	"strconv"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Mistaken counts, for one kept kind, how many identifiers of other kinds passed.
type Mistaken struct {
	Kind   kind.Kind
	Shares map[Family]Share
	Passed map[Family][]string // the identifiers that passed
}

// Identifiers returns each labeled identifier of the lines once.
func Identifiers(lines []Line) []string {
	var values []string
	for _, l := range lines {
		values = append(values, l.Must...)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// Planted returns the identifiers that the table of kinds has for this test.
func Planted() []string {
	var values []string
	for _, row := range kind.All() {
		values = append(values, row.Planted...)
	}
	return values
}

// Mistype gives each identifier to a field of each kept kind, as a plugin would if it confused two
// members of an answer. Versions have no ranges and no known words here, and enums have a closed
// list.
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

// passed returns the kinds whose field keeps the identifier, as text or, if it has only digits, as
// a number. Any remaining value counts as a leak, in any form, except the table's substitute for a
// refused value.
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

// facts gives the raw value to all fields at once. None is pseudonymized, so no field learns from
// another.
func (m measured) facts(raw any) []anonymize.Fact {
	var observed []usage.Observation
	for _, f := range m.profile.Categories[0].Fields {
		observed = append(observed,
			usage.Observation{Category: category, Field: usage.Raw(f.Name), Value: usage.Raw(raw)})
	}
	return anonymize.Treat(m.key, m.profile, anonymize.Unnamed(), observed).Facts
}
