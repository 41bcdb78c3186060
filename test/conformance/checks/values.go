package checks

import (
	"fmt"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// values is about what is sent of a healthy product, held against the profile: what the host would drop, and why.
func values() []check.Check {
	return []check.Check{
		ofGood("values.wire", required, wired,
			"Every value is of a wire type that the protocol has for it.",
			"What stands in another wire type is passed over, and the value counts as not sent."),
		ofGood("values.declared", required, strays("The profile does not have all of it.",
			func(s *check.Sent) []check.Stray { return s.Undeclared }),
			"Every field, and every part of a record, is one that the profile declares.",
			"What is not in the profile is not approved: the host drops and counts it."),
		ofGood("values.shape", required, strays("Some have another shape.",
			func(s *check.Sent) []check.Stray { return s.Misshapen }),
			"Every value has the shape that the profile gives it: single, record, list, or counts by keys.",
			"The host drops and counts one of another shape."),
		ofGood("values.lists", required, strays("Some lists are too long.",
			func(s *check.Sent) []check.Stray { return s.Long }),
			"No list has more entries than the profile allows.",
			"The host drops and counts the rest, and which ones remain is chance."),
		ofGood("values.keys", recommended, strays("Some keys are not in the list.",
			func(s *check.Sent) []check.Stray { return s.Keys }),
			"Counts go by the keys of the profile's closed list, or by `other`.",
			"The host adds the rest up under `other`; and a word of the product may be a name."),
		ofEach("values.type", required, wrongType, nil,
			"Every value is of the type of its kind: a count is a whole number, a time is text.",
			"The host drops and counts one of another type."),
		ofEach("values.finite", required, notFinite, numbers,
			"Every number is one: not NaN, and not infinite.",
			"No document can hold another, and the host drops and counts it."),
		ofEach("values.characters", required, badCharacters, nil,
			"No text has control characters, or signs that stand for what could not be read.",
			"They have no place in a value; the host drops most values that have them."),
		ofEach("values.count", required, negative, kinds(kind.Count),
			"No count is negative.",
			"There is less than nothing of nothing; the host drops and counts it."),
		ofEach("values.measure", required, outOfUnit, kinds(kind.Measure),
			"Every measure lies within what its unit has: percent from 0 to 100, bytes and times not below 0.",
			"The host knows no units and would send it: who reads the figures would take it for one."),
		ofEach("values.duration", required, noDuration, kinds(kind.Duration),
			"Every duration is in seconds, not negative, and shorter than a hundred years.",
			"The host drops a negative one; one beyond all measure is in another unit, and would be sent."),
		ofEach("values.time", required, noTime, kinds(kind.Time),
			"Every time is written as RFC 3339 says, with its zone, and lies between 1990 and 2100.",
			"The host drops what it can't read; another century is an unset clock, or a number of seconds taken for another."),
		ofEach("values.enum", recommended, otherWord, kinds(kind.Enum),
			"Every word of an enum is in the profile's closed list.",
			"The host replaces any other by `other`: where it comes often, the list should have it."),
		ofEach("values.version", required, hostDrops, kinds(kind.Version),
			"Every version has the shape of one: digits, dots and a short tail.",
			"The host drops what could be a name or an address."),
		ofEach("values.identifiers", required, hostDrops, identifying,
			"Every value of a kind that identifies is text that the host can make a pseudonym of.",
			"An empty one, one that is too long and one of another kind can only be dropped."),
		ofEach("values.text", required, hostDrops, kinds(kind.Serial, kind.License, kind.Date, kind.Text),
			"Every serial number, license, date and free text is one by the host's own grammar, and none is empty or too long.",
			"The host drops and counts any other: what is written as an address, a name or a status is no license."),
	}
}

func ofGood(id string, level result.Level, judge func(*scene.Scenes) check.Finding, holds, why string) check.Check {
	return check.Check{
		ID: id, Level: level, Serves: []string{"ANON-1", "CAT-*"}, Holds: holds, Why: why,
		Of: []scene.Name{scene.Good}, From: scene.Collected, Judge: judge,
	}
}

// ofEach judges each value by itself: wrong says what is the matter with it, and of which kinds it has something to
// say.
func ofEach(id string, level result.Level, wrong func(check.Leaf) string, of func(kind.Kind) bool, holds,
	why string) check.Check {
	judge := func(s *scene.Scenes) check.Finding {
		var problems []string
		seen := 0
		for _, leaf := range sentIn(s, scene.Good).Leaves {
			if of != nil && !of(leaf.Field.Kind) || leaf.Value.GetIs() == nil {
				continue // what is not set says that it is not known
			}
			seen++
			if what := wrong(leaf); what != "" {
				problems = append(problems, leaf.Name+" "+what)
			}
		}
		return judged(seen, problems)
	}
	return ofGood(id, level, judge, holds, why)
}

func judged(seen int, problems []string) check.Finding {
	switch {
	case seen == 0:
		return check.NotApplicable("No value of that kind was sent.")
	case len(problems) == 0:
		return check.Pass("%d values were looked at.", seen)
	}
	return check.Fail("%d of %d values are not so.", len(problems), seen).With(problems...)
}

func strays(says string, of func(*check.Sent) []check.Stray) func(*scene.Scenes) check.Finding {
	return func(s *scene.Scenes) check.Finding {
		return check.None(check.Lines(of(sentIn(s, scene.Good))), "%s", says)
	}
}

func sentIn(s *scene.Scenes, name scene.Name) *check.Sent {
	return check.Values(s.Product.Profile, s.Of(name).Collect)
}

// wired fails for what the protocol has in another wire type. A field that this version does not know at all is no
// error: messages gain some.
func wired(s *scene.Scenes) check.Finding {
	var problems []string
	for name, category := range scene.Categories(s.Of(scene.Good).Collect) {
		if n := miswired(category.ProtoReflect()); n > 0 {
			problems = append(problems, fmt.Sprintf("%s: %d", name, n))
		}
	}
	return check.None(problems, "Some values are in another wire type.")
}
