package anonymize

import "polycom.com/usagedata/core/usage"

// byField holds the raw values of one category under the profile's names of its fields.
type byField map[string]usage.Value

// sort puts the observations of declared fields under their names and counts the others. A name that the profile does not
// have is the plugin's own word, so it is shown nowhere.
func (a *anonymizer) sort(observations []usage.Observation) map[string]byField {
	categories := map[string]byField{}
	for _, o := range observations {
		category, declared := a.profile.Find(o.Category)
		if !declared {
			a.tally.Undeclared += leaves(o.Value, 0)
			continue
		}
		raw := categories[o.Category]
		if raw == nil {
			raw = byField{}
			categories[o.Category] = raw
		}
		name, _ := o.Field.Reveal().(string)
		if _, declared := category.Field(name); !declared {
			a.tally.Undeclared += leaves(o.Value, 0)
		} else if _, again := raw[name]; again {
			a.tally.suppress(o.Value)
		} else {
			raw[name] = o.Value
		}
	}
	return categories
}
