package checks

import (
	"fmt"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// size returns the checks of the document that the host makes from the values that were sent.
func size() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"SEND-4"}, From: scene.Started}, []Check{
		{ID: "size.document", Of: inScenes(scene.Good), From: scene.Collected,
			Judge: func(s *scene.Scenes) Finding { return sized(s, scene.Good) },
			Holds: "The document of a healthy product is smaller than the profile allows.",
			Why:   "Whole categories of a larger one are left out."},
		{ID: "size.largest", Of: inScenes(scene.Largest), Plays: inScenes(scene.Largest), Judge: largest,
			Holds: "The document of the largest product is smaller than the profile allows.",
			Why:   "There is most to learn from the largest customers."},
		{ID: "size.bounded", Level: recommended, Of: inScenes(scene.Good, scene.Largest), Judge: bounded,
			Holds: "The most that the profile allows fits into a document: every list full, every value of its " +
				"greatest length.",
			Why: "Then no product can be so large that a category is left out."},
	})
}

func largest(s *scene.Scenes) Finding {
	switch {
	case s.Largest.Root == "":
		return notApplicable("No largest product is configured.")
	case s.Of(scene.Largest).Stage < scene.Collected:
		return fail("It did not collect: %s.", ending(s.Of(scene.Largest)))
	}
	return sized(s, scene.Largest)
}

// sized fails if categories had to be left out of the document to keep it below the limit.
func sized(s *scene.Scenes, name scene.Name) Finding {
	made := makeDocument(s, s.Of(name))
	limit := s.Product.Profile.Limits.Document
	switch {
	case made.err != nil:
		return made.broke()
	case len(made.report.TooLarge) > 0:
		return fail("%d categories were left out to stay below %d bytes.", len(made.report.TooLarge),
			limit).with(made.report.TooLarge...)
	}
	return pass("The document has %d bytes, %d %% of what the profile allows.", len(made.body),
		int64(len(made.body))*100/limit)
}

// bounded judges the profile. It is skipped if a document is too large, because other checks report
// that.
func bounded(s *scene.Scenes) Finding {
	for _, name := range inScenes(scene.Good, scene.Largest) {
		if s.Of(name).Stage == scene.Collected && sized(s, name).Outcome == result.Fail {
			return skipped("A document is too large already.")
		}
	}
	var most int64
	for _, category := range s.Product.Profile.Categories {
		most += record(category.Fields)
	}
	limit := s.Product.Profile.Limits.Document
	if most >= limit {
		return fail("The profile allows about %d bytes; a document stays below %d.", most, limit)
	}
	return pass("The profile allows about %d bytes; a document stays below %d.", most, limit)
}

const (
	longestNumber = 20     // bytes of a 64-bit number
	quotes        = 2      // around a text
	pseudonym     = 26 + 3 // with a hyphen before it, in quotes; its kind comes before that
)

// record returns the maximum size of the fields and their names.
func record(fields []profile.Field) (most int64) {
	for _, f := range fields {
		each := single(f)
		if f.List > 0 {
			each = int64(f.List) * (each + 1)
		}
		most += int64(len(f.Name)) + 4 + each
	}
	return most + 2
}

func single(f profile.Field) (most int64) {
	switch {
	case len(f.Fields) > 0:
		return record(f.Fields)
	case len(f.By) > 0:
		for _, key := range append([]string{kind.Other}, f.By...) {
			most += int64(len(key)) + 4 + longestNumber
		}
		return most
	case f.Kind == kind.Enum:
		for _, word := range append([]string{kind.Other}, f.Values...) {
			most = max(most, int64(len(word))+2)
		}
		return most
	case identifying(f.Kind):
		return int64(len(f.Kind)) + pseudonym
	}
	return max(int64(kind.Of(f.Kind).Longest)+quotes, longestNumber)
}

// made is the [document.Document] that the host would make, by the host's own code, with a
// temporary key.
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
				all = append(all, usage.Omission{Category: c.GetName(), Field: m.GetField(),
					Reason: usage.Reason(m.GetReason())})
			}
		}
	case *pluginpb.Category_NotApplicable:
		all = append(all, usage.Omission{Category: c.GetName(), Reason: usage.Inapplicable})
	default:
		all = append(all, usage.Omission{Category: c.GetName(), Reason: usage.Reason(c.GetNotAvailable().GetReason())})
	}
	return all
}

// broke returns an error, for a document that cannot be made on this machine: that is not the
// plugin's fault.
func (m made) broke() Finding {
	return Finding{Outcome: result.Error, Says: fmt.Sprintf("The document cannot be made here: %v.", m.err)}
}

// withheld fails if the host's leak gate withholds fields from the document of a healthy product,
// unless privacy.values or privacy.clear reports that.
func withheld(s *scene.Scenes) Finding {
	if len(repeated(s, keptValues))+len(repeated(s, clearValues)) > 0 {
		return skipped("It reports the values of identifying fields in other fields, too.")
	}
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
	return failIfAny(problems, "The leak gate would withhold some fields.")
}

// topField returns the name with a dot before it, or "" if the category has no such field.
func topField(c profile.Category, name string) string {
	if _, known := c.Field(name); known {
		return "." + name
	}
	return ""
}
