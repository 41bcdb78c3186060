package main

import (
	"strings"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/protection"
)

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
