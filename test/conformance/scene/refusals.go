package scene

import (
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Refusal is a category, or a field as CATEGORY.FIELD, whose source refused the plugin.
type Refusal struct {
	Of     string // in the profile's names
	Reason usage.Reason
}

// refused lists the reasons of a source that did not answer the plugin as it answers others: too
// many connections, no such role, no listener, starting up.
var refused = []usage.Reason{usage.Refused, usage.LoginRefused, usage.SourceFailed, usage.SourceStarting}

// Refusals returns what the product's sources refused in the scene, as the plugin reported it.
func (r *Recording) Refusals(p profile.Profile) (all []Refusal) {
	add := func(of, word string) {
		if reason := usage.FromPlugin(word); slices.Contains(refused, reason) {
			all = append(all, Refusal{of, reason})
		}
	}
	sent := Categories(r.Collect)
	for _, c := range p.Categories {
		add(c.Name, sent[c.Name].GetNotAvailable().GetReason())
		for _, f := range c.Fields {
			missing := sent[c.Name].GetMissing()
			i := slices.IndexFunc(missing, func(m *pluginpb.Missing) bool { return m.GetField() == f.Name })
			if i >= 0 {
				add(c.Name+"."+f.Name, missing[i].GetReason())
			}
		}
	}
	if r.Confined != nil {
		for _, o := range r.Confined.Omissions {
			add(o.Name(), string(o.Reason))
		}
	}
	return all
}

// Harms reports whether the scene replaces, removes or damages the sources of the product, so that a
// refusal is intended.
func Harms(name Name) bool { return scripts()[name].harmed }

// TooMany reports whether the plugin logged that a source has too many connections, in the words or
// by the code that databases and their pools use.
func (r *Recording) TooMany() bool {
	return slices.ContainsFunc(r.Log, func(l LogLine) bool {
		return strings.Contains(l.Text, "53300") || strings.Contains(l.Text, "too many c") // connections, clients
	})
}
