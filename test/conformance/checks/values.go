package checks

import (
	"fmt"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/test/conformance/scene"
)

// values returns the checks of the values sent on a healthy product, compared with the profile:
// which of them the host would drop, and why.
func values() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"ANON-1", "CAT-*"}, Of: inScenes(scene.Good),
		From: scene.Collected}, []Check{
		{ID: "values.wire", Judge: wireTypes,
			Holds: "Every value has the wire type that the protocol defines for it.",
			Why:   "A value of another wire type is ignored and counts as not sent."},
		{ID: "values.declared",
			Judge: noStrays("Some parts are not declared.", func(s *sentValues) []stray { return s.undeclared }),
			Holds: "Every field, and every part of a record, is one that the profile declares.",
			Why:   "A part outside the profile is not approved: the host drops and counts it."},
		{ID: "values.shape",
			Judge: noStrays("Some values have another shape.", func(s *sentValues) []stray { return s.misshapen }),
			Holds: "Every value has the shape that the profile gives it: single, record, list, or counts by keys.",
			Why:   "The host drops and counts a value of another shape."},
		{ID: "values.lists", Judge: noStrays("Some lists are too long.", func(s *sentValues) []stray { return s.long }),
			Holds: "No list has more entries than the profile allows.",
			Why:   "The host drops and counts the rest, and which entries remain is arbitrary."},
		{ID: "values.keys", Level: recommended,
			Judge: noStrays("Some keys are not in the list.", func(s *sentValues) []stray { return s.keys }),
			Holds: "Counts use only keys of the profile's closed list, or `other`.",
			Why:   "The host adds the rest to `other`; and a word of the product's own may be a name."},
		{ID: "values.type", Judge: eachValue(wrongType, nil),
			Holds: "Every value is of the type of its kind: a count is a whole number, a time is text.",
			Why:   "The host drops and counts a value of another type."},
		{ID: "values.finite", Judge: eachValue(notFinite, numbers),
			Holds: "Every number is finite: not NaN and not infinite.",
			Why:   "A document cannot hold such a number; the host drops and counts it."},
		{ID: "values.range", Judge: eachValue(beyondRange, numbers),
			Holds: "Every number is exact in JSON: within 2^53 on both sides of zero, not minus zero, of full " +
				"precision.",
			Why: "Readers round any other number differently; it is nearly always a source's word for no limit or " +
				"unknown."},
		{ID: "values.characters", Judge: eachValue(badCharacters, nil),
			Holds: "No text has control characters or replacement characters.",
			Why:   "They have no place in a value; the host drops most values that have them."},
		{ID: "values.count", Judge: eachValue(negative, kinds(kind.Count)),
			Holds: "No count is negative.",
			Why:   "The host drops and counts a negative count."},
		{ID: "values.measure", Judge: eachValue(outOfUnit, kinds(kind.Measure)),
			Holds: "Every measure is within the range of its unit: percent from 0 to 100, bytes and times not below 0.",
			Why:   "The host does not check units and would send the value; readers would take it for a real one."},
		{ID: "values.duration", Judge: eachValue(noDuration, kinds(kind.Duration)),
			Holds: "Every duration is in seconds, not negative, and shorter than a hundred years.",
			Why:   "The host drops a negative duration; an enormous one is in another unit, and would be sent."},
		{ID: "values.time", Judge: eachValue(noTime, kinds(kind.Time)),
			Holds: "Every time is in RFC 3339 format with its zone, and between 1990 and 2100.",
			Why: "The host drops a time that it cannot parse; another century means an unset clock, or a misread " +
				"number of seconds."},
		{ID: "values.enum", Level: recommended, Judge: eachValue(otherWord, kinds(kind.Enum)),
			Holds: "Every word of an enum is in the profile's closed list.",
			Why:   "The host replaces any other word by `other`; a frequent one belongs in the list."},
		{ID: "values.version", Judge: eachValue(hostDrops, kinds(kind.Version)),
			Holds: "Every version has the form of a version: digits, dots and a short suffix.",
			Why:   "The host drops a value that could be a name or an address."},
		{ID: "values.identifiers", Judge: eachValue(hostDrops, identifying),
			Holds: "Every value of an identifying kind is text that the host can turn into a pseudonym.",
			Why:   "A value that is empty, too long, or of another kind can only be dropped."},
		{ID: "values.text", Judge: eachValue(hostDrops, kinds(kind.Serial, kind.License, kind.Date, kind.Text)),
			Holds: "Every serial number, license, date and free text matches the host's grammar, and none is " +
				"empty or too long.",
			Why: "The host drops and counts any other value: an address, a name or a status is not a license."},
	})
}

// eachValue judges each [leaf] of some kinds separately. The function wrong returns the fault, or
// "".
func eachValue(wrong func(leaf) string, of func(kind.Kind) bool) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		var problems []string
		seen := 0
		for _, l := range sentIn(s, scene.Good).leaves {
			if of != nil && !of(l.field.Kind) || l.value.GetIs() == nil {
				continue // a value that is not set counts as unknown
			}
			seen++
			if fault := wrong(l); fault != "" {
				problems = append(problems, l.name+" "+fault)
			}
		}
		return judged(seen, problems)
	}
}

func judged(seen int, problems []string) Finding {
	switch {
	case seen == 0:
		return notApplicable("No value of that kind was sent.")
	case len(problems) == 0:
		return pass("%d values were examined.", seen)
	}
	return fail("%d of %d values break the rule.", len(problems), seen).with(problems...)
}

// noStrays fails if there is any [stray].
func noStrays(says string, of func(*sentValues) []stray) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		var problems []string
		for _, found := range of(sentIn(s, scene.Good)) {
			problems = append(problems, found.line())
		}
		return failIfAny(problems, "%s", says)
	}
}

func sentIn(s *scene.Scenes, name scene.Name) *sentValues {
	return takeApart(s.Product.Profile, s.Of(name).Collect)
}

// wireTypes fails if a value has a wire type other than the protocol's. An unknown field is not an
// error, because messages gain new fields.
func wireTypes(s *scene.Scenes) Finding {
	var problems []string
	sent := scene.Categories(s.Of(scene.Good).Collect)
	for _, category := range s.Product.Profile.Categories {
		if n := miswired(sent[category.Name].ProtoReflect()); n > 0 {
			problems = append(problems, fmt.Sprintf("%s: %d", category.Name, n))
		}
	}
	return failIfAny(problems, "Some values have another wire type.")
}
