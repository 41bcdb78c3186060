package checks

import (
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// reasons is about what is not sent, and what is said about it, on a healthy product and on one that lacks everything.
func reasons() []check.Check {
	return []check.Check{
		ofReasons("reasons.given", required, unexplained,
			"A category without values is said to be not available or not applicable, or says of its fields why they are "+
				"missing.",
			"An empty category tells nobody whether there was nothing, or nothing could be read."),
		ofReasons("reasons.known", required, unknownReasons,
			"Every reason is one of those that a plugin may give.",
			"The list is closed, because a reason travels with the document; of any other word only `not available` is left."),
		ofReasons("reasons.fields", required, missedWrongly,
			"What is said to be missing is a field of that category, is not there, and is said to be missing once.",
			"The host passes over anything else, so that the document says less than the author thinks."),
		ofReasons("reasons.told", recommended, untold,
			"Every field that the profile declares of a category that is sent is there, or said to be missing.",
			"Who reads the document can tell a field that was not read from one that this product does not have."),
	}
}

// lacking are the scenes in which something is missing, beside the one in which nothing should be.
func lacking() []scene.Name {
	return []scene.Name{scene.Good, scene.Unconfigured, scene.Missing, scene.Empty, scene.Garbage, scene.Silent,
		scene.Unreachable}
}

// ofReasons judges each category that was sent, in all scenes in which the plugin got to the end of its stream; where
// it did not, another check says so.
func ofReasons(id string, level result.Level, wrong func(profile.Category, *pluginpb.Category) []string, holds,
	why string) check.Check {
	judge := func(s *scene.Scenes) check.Finding {
		var problems []string
		for _, name := range lacking() {
			if s.Of(name).Stage < scene.Collected {
				continue
			}
			sent := scene.Categories(s.Of(name).Collect)
			for _, declared := range s.Product.Profile.Categories {
				if category := sent[declared.Name]; category != nil && miswired(category.ProtoReflect()) == 0 {
					problems = append(problems, prefixed(fmt.Sprintf("scene %s: %s", name, declared.Name),
						wrong(declared, category))...)
				}
			}
		}
		return check.None(problems, "It is not so everywhere.")
	}
	return check.Check{
		ID: id, Level: level, Serves: []string{"CAT-*"}, Holds: holds, Why: why, Of: lacking(), From: scene.Started,
		Judge: judge,
	}
}

func prefixed(with string, lines []string) (all []string) {
	for _, line := range lines {
		all = append(all, with+line)
	}
	return all
}

func unexplained(_ profile.Category, c *pluginpb.Category) []string {
	switch outcome := c.GetOutcome().(type) {
	case nil:
		return []string{": neither values nor a reason"}
	case *pluginpb.Category_Record:
		if len(set(outcome.Record)) == 0 && len(c.GetMissing()) == 0 {
			return []string{": a record without values"}
		}
	}
	return nil
}

// set are the names of the fields that have a value: one that is not set says that it is not known.
func set(record *pluginpb.Record) (names []string) {
	for name, value := range record.GetFields() {
		if value.GetIs() != nil {
			names = append(names, name)
		}
	}
	return names
}

// plugins are the reasons that a plugin may give. The others are the host's.
var plugins = []usage.Reason{
	usage.Unexplained, usage.NotConfigured, usage.NotOnRelease, usage.NotFound, usage.Refused, usage.Unresolved,
	usage.TimedOut, usage.Untrusted,
	usage.LoginRefused, usage.NotPermitted, usage.SourceFailed, usage.SourceStarting, usage.Malformed, usage.Crashed,
}

// unknownReasons looks at those of the category and of its fields. Those of a field that the category does not have are
// nobody's.
func unknownReasons(declared profile.Category, c *pluginpb.Category) (problems []string) {
	if not := c.GetNotAvailable(); not != nil && !slices.Contains(plugins, usage.Reason(not.GetReason())) {
		problems = append(problems, ": "+foreign(not.GetReason()))
	}
	for _, f := range declared.Fields {
		for _, m := range c.GetMissing() {
			why := usage.Reason(m.GetReason())
			if m.GetField() == f.Name && why != usage.Inapplicable && !slices.Contains(plugins, why) {
				problems = append(problems, "."+f.Name+": "+foreign(m.GetReason()))
			}
		}
	}
	return problems
}

func foreign(word string) string {
	if slices.Contains(usage.Words(), word) && strings.Contains(word, "_") {
		return "the reason is one that only the host gives, or only a field"
	}
	return fmt.Sprintf("the reason, %d characters, is none of the list", len([]rune(word)))
}
