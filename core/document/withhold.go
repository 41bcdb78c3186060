package document

import (
	"strconv"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/usage"
)

// withhold removes the smallest parts in which the gate found something: an entry of a list, a
// member of a record, a field. A list, record or category that becomes empty is removed too,
// because an empty list would say that there are no entries. Each such field is listed with its
// reason, even if only some of its values were removed.
func (d *Document) withhold(found finding) {
	if found.plugin {
		d.header.Plugin = kind.Other
		d.tally.Withheld++
	}
	touched := map[string]bool{}
	for _, incident := range found.incidents {
		if incident.Category != "" {
			touched[incident.Category] = true
			d.omit(usage.Omission{Category: incident.Category, Field: incident.Field, Reason: usage.Withheld})
		}
	}
	for category := range touched {
		if left, ok := without(d.categories[category], category, found.places); ok {
			d.categories[category] = left.(object)
		} else {
			d.omitCategory(category, usage.Withheld)
		}
	}
	for _, as := range found.places {
		d.tally.Withheld += as.kept + as.scrubbed
		d.tally.Kept -= as.kept
		d.tally.Scrubbed -= as.scrubbed
	}
}

// without returns value without the given places below it; ok is false if nothing is left.
func without(value any, place string, places map[string]treatedAs) (any, bool) {
	if _, found := places[place]; found {
		return nil, false
	}
	switch is := value.(type) {
	case object:
		left := make(object, 0, len(is))
		for _, m := range is {
			if part, ok := without(m.value, place+"."+m.name, places); ok {
				left = append(left, member{m.name, part})
			}
		}
		return left, len(left) > 0
	case []any:
		left := make([]any, 0, len(is))
		for n, entry := range is {
			if part, ok := without(entry, place+"["+strconv.Itoa(n)+"]", places); ok {
				left = append(left, part)
			}
		}
		return left, len(left) > 0 || len(is) == 0
	default:
		return value, true
	}
}
