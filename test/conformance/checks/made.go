package checks

import (
	"fmt"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// made is the document that the host would make, by the host's own code, with a key that is thrown away.
type made struct {
	body   []byte
	report document.Report
	err    error
}

func makeDocument(s *scene.Scenes, r *scene.Recording) (m made) {
	names, err := anonymize.Appliance("/")
	if err != nil {
		return made{err: err}
	}
	p, period := s.Product.Profile, usage.PeriodFrom(r.Period)
	var observations []usage.Observation
	var omissions []usage.Omission
	for _, category := range scene.Categories(r.Collect) {
		observations = append(observations, wire.Observations(category.GetName(), category.GetRecord())...)
		omissions = append(omissions, omitted(category)...)
	}
	key := anonymize.EphemeralKey()
	treated := anonymize.Treat(key, p, names, observations)
	header := document.Header{
		ID: fmt.Sprintf("%s-%s-%s", p.ID, period, key.ID("document")), System: key.System(), Period: period, Profile: p,
		Host:   "1.0.0",
		Plugin: anonymize.Version(usage.Raw(r.Description.GetPluginVersion())),
	}
	m.body, m.report, m.err = document.New(header, treated.Facts, omissions, treated.Tally).Encode(treated.Gate)
	return m
}

func omitted(c *pluginpb.Category) (all []usage.Omission) {
	switch outcome := c.GetOutcome().(type) {
	case *pluginpb.Category_Record:
		for _, m := range c.GetMissing() {
			if _, there := outcome.Record.GetFields()[m.GetField()]; !there {
				all = append(all, usage.Omission{Category: c.GetName(), Field: m.GetField(), Reason: usage.Reason(m.GetReason())})
			}
		}
	case *pluginpb.Category_NotApplicable:
		all = append(all, usage.Omission{Category: c.GetName(), Reason: usage.Inapplicable})
	default:
		all = append(all, usage.Omission{Category: c.GetName(), Reason: usage.Reason(c.GetNotAvailable().GetReason())})
	}
	return all
}

// broke is for a document that can't be made here: it is not the plugin's fault.
func (m made) broke() check.Finding {
	return check.Finding{Outcome: result.Error, Says: fmt.Sprintf("The document can't be made here: %v.", m.err)}
}

// withheld is what the leak gate of the host finds in the document of a healthy product.
func withheld(s *scene.Scenes) check.Finding {
	m := makeDocument(s, s.Of(scene.Good))
	if m.err != nil {
		return m.broke()
	}
	var problems []string
	for _, found := range m.report.Withheld {
		if c, known := s.Product.Profile.Find(found.Category); known {
			problems = append(problems, fmt.Sprintf("%s%s: %s", found.Category, topField(c, found.Field), found.Rule))
		}
	}
	return check.None(problems, "Some categories would be withheld.")
}

// topField is the field with a dot before it, where the category has one of that name.
func topField(c profile.Category, name string) string {
	if _, known := c.Field(name); known {
		return "." + name
	}
	return ""
}
