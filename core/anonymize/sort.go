package anonymize

import "polycom.com/usagedata/core/usage"

// byField holds the raw values of one category under the profile's names of its fields.
type byField map[string]usage.Value

// sort puts the observations of declared fields under their names and counts the others. A name
// that the profile does not have is the plugin's own word, so it is not shown anywhere.
func (a *anonymizer) sort(observations []usage.Observation) map[string]byField {
	declared := a.declared()
	categories := map[string]byField{}
	for _, o := range observations {
		fields, known := declared[o.Category]
		name, _ := o.Field.Reveal().(string)
		if known && categories[o.Category] == nil {
			categories[o.Category] = byField{}
		}
		switch raw := categories[o.Category]; {
		case !fields[name]:
			a.tally.Undeclared += leaves(o.Value, 0)
		case hasValue(raw, name):
			a.tally.suppress(o.Value)
		default:
			raw[name] = o.Value
		}
	}
	return categories
}

// declared returns the profile's fields by category, so that each observation costs the same, no
// matter how many there are.
func (a *anonymizer) declared() map[string]map[string]bool {
	categories := map[string]map[string]bool{}
	for _, c := range a.profile.Categories {
		fields := map[string]bool{}
		for _, f := range c.Fields {
			fields[f.Name] = true
		}
		categories[c.Name] = fields
	}
	return categories
}

func hasValue(raw byField, name string) bool {
	_, there := raw[name]
	return there
}
