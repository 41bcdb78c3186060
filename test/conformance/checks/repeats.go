package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// noRepeats fails if a message has twice what it can have once. A decoder keeps one of the two, and
// which one depends on the decoder.
func noRepeats(s *scene.Scenes) Finding {
	var problems []string
	for _, repeat := range s.Of(scene.Good).DescribeRepeats {
		problems = append(problems, "Describe: "+repeat.Field)
	}
	c := s.Of(scene.Good).Collect
	for _, repeat := range c.Repeats {
		problems = append(problems, categoryAt(s, c, repeat.Message)+": "+repeatedPart(s.Product.Profile, repeat))
	}
	return failIfAny(slices.Compact(problems), "Some parts of a message occur twice.")
}

// categoryAt returns the name of the category of a step, if the profile has it.
func categoryAt(s *scene.Scenes, c frontdoor.Collected, step int) string {
	if step <= len(c.Steps) {
		if category, known := s.Product.Profile.Find(c.Steps[step-1].GetCategory().GetName()); known {
			return category.Name
		}
	}
	return fmt.Sprintf("step %d", step)
}

// repeatedPart names the part, with the key of a map if that is a word of the profile.
func repeatedPart(p profile.Profile, repeat frontdoor.Repeat) string {
	if repeat.Key != "" && slices.Contains(p.Words(), repeat.Key) {
		return repeat.Field + " " + repeat.Key
	}
	return repeat.Field
}

// describedTwice lists the categories, and the fields of the profile, that are described twice.
func describedTwice(described []*pluginpb.CategoryDescription) (problems []string) {
	seen := map[string]bool{}
	for _, d := range described {
		if seen[d.GetName()] {
			problems = append(problems, "a category is described twice")
		}
		seen[d.GetName()] = true
	}
	return problems
}
