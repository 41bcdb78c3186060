package main

import (
	"errors"
	"slices"
	"strings"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/protection"
)

// checkConfinement says of each feature what is in force. One that can't be had is wrong only where the profile demands
// it.
func (s *service) checkConfinement() []finding {
	report, err := s.host.Confinement()
	if len(report) == 0 {
		return []finding{{what: "confinement", err: err}}
	}
	found := []finding{{what: "confinement", told: "what the plugin is kept from, on this appliance", err: err}}
	demanded := s.settings.Installed.Profile.Confinement.Minimum
	for _, m := range report {
		f := finding{what: "  " + string(m.Feature), told: m.Told, skipped: !m.Had}
		if !m.Had && slices.Contains(demanded, m.Feature) {
			f.skipped, f.err = false, errors.New(m.Told)
		}
		found = append(found, f)
	}
	return found
}

// confinement is what `usagedata status` tells; nothing when the plugin can't be opened.
func (s *service) confinement() confine.Report {
	report, _ := s.host.Confinement() // what is lacking is in it; what is demanded, `usagedata check` says
	return report
}

// confined puts a report into a line.
func confined(report confine.Report) string {
	if lacking := report.Lacking(protection.All()); len(lacking) > 0 {
		var words []string
		for _, f := range lacking {
			words = append(words, string(f))
		}
		return "confined but for " + strings.Join(words, ", ") + ": `usagedata check` says why"
	}
	return "confined in every way that is known"
}
