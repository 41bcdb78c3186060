package checks

import (
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/scene"
)

// reasons returns the checks of the omitted categories and fields, and of the reasons given for
// them, on a healthy product and on damaged ones.
func reasons() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"CAT-*"}, Of: lacking(), From: scene.Started}, []Check{
		{ID: "reasons.given", Judge: eachCategory(unexplained),
			Holds: "A category without values gives a reason, for the category or for its fields.",
			Why:   "An empty category does not show whether there was nothing, or nothing could be read."},
		{ID: "reasons.known", Judge: eachCategory(unknownReasons),
			Holds: "Every reason is one of those that a plugin may give.",
			Why: "The list is closed, because a reason is sent with the document; any other word is replaced by `not " +
				"available`."},
		{ID: "reasons.fields", Judge: eachCategory(missedWrongly),
			Holds: "Each field that is reported as missing belongs to that category, is absent or a list, and is " +
				"reported once.",
			Why: "The host ignores any other report, so that the document says less than the author expects."},
		{ID: "reasons.told", Level: recommended, Judge: eachCategory(unmentionedFields),
			Holds: "Every declared field of a category that is sent is present or reported as missing.",
			Why: "Readers of the document can distinguish a field that was not read from one that this product does " +
				"not have."},
	})
}

// lacking returns the scenes in which something is missing, and the healthy one.
func lacking() []scene.Name {
	return inScenes(scene.Good, scene.Unconfigured, scene.Missing, scene.Empty, scene.Garbage, scene.Silent,
		scene.Unreachable)
}

// eachCategory judges each category that was sent, in every scene in which the stream ended without
// an error; if it did not, another check fails.
func eachCategory(wrong func(profile.Category, *pluginpb.Category) []string) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
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
		return failIfAny(problems, "Some categories break the rule.")
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

// set returns the names of the fields that have a value. A field that is present without a value
// counts as unknown.
func set(record *pluginpb.Record) (names []string) {
	for name, value := range record.GetFields() {
		if value.GetIs() != nil {
			names = append(names, name)
		}
	}
	return names
}

// unknownReasons reports the invalid reasons of the category and of its fields. Fields that the
// category does not have are left to another check.
func unknownReasons(declared profile.Category, c *pluginpb.Category) (problems []string) {
	word := c.GetNotAvailable().GetReason()
	if !mayGive(word) || word == string(usage.Inapplicable) {
		problems = append(problems, ": "+foreign(word))
	}
	for _, f := range declared.Fields {
		for _, m := range c.GetMissing() {
			if m.GetField() == f.Name && !mayGive(m.GetReason()) {
				problems = append(problems, "."+f.Name+": "+foreign(m.GetReason()))
			}
		}
	}
	return problems
}

// mayGive reports whether a plugin may give this word as a [usage.Reason]. The empty word is
// permitted: it means only that a value is not available.
func mayGive(word string) bool { return string(usage.FromPlugin(word)) == word }

func foreign(word string) string {
	if slices.Contains(usage.Words(), word) && strings.Contains(word, "_") {
		return "only the host, or only a field, may give this reason"
	}
	return fmt.Sprintf("the reason, %d characters, is not in the list", len([]rune(word)))
}

func missedWrongly(declared profile.Category, c *pluginpb.Category) (problems []string) {
	if c.GetRecord() == nil && len(c.GetMissing()) > 0 {
		return []string{": missing fields are reported, although the whole category is missing"}
	}
	there, reported := set(c.GetRecord()), map[string]bool{}
	for i, m := range c.GetMissing() {
		name := m.GetField()
		field, known := declared.Field(name)
		switch {
		case !known:
			problems = append(problems, fmt.Sprintf(": missing entry %d is not a field of the category", i+1))
		case slices.Contains(there, name) && field.List == 0:
			problems = append(problems, "."+name+" is present, but reported as missing")
		case reported[name]:
			problems = append(problems, "."+name+" is reported as missing twice")
		}
		reported[name] = true
	}
	return problems
}

// unmentionedFields reports the fields that are neither sent nor reported as missing. It skips a
// category with another fault.
func unmentionedFields(declared profile.Category, c *pluginpb.Category) (problems []string) {
	if c.GetRecord() == nil || len(unexplained(declared, c)) > 0 || len(missedWrongly(declared, c)) > 0 ||
		misshapen(declared, c) {
		return nil
	}
	there := set(c.GetRecord())
	var names []string
	for _, f := range declared.Fields {
		reported := slices.ContainsFunc(c.GetMissing(), func(m *pluginpb.Missing) bool {
			return m.GetField() == f.Name
		})
		if !reported && !slices.Contains(there, f.Name) {
			names = append(names, f.Name)
		}
	}
	if len(names) > 0 {
		problems = append(problems, ": neither present nor reported as missing: "+strings.Join(names, ", "))
	}
	return problems
}

func misshapen(declared profile.Category, c *pluginpb.Category) bool {
	step := &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: c}}
	sent := takeApart(profile.Profile{Categories: []profile.Category{declared}}, collected(step))
	return len(sent.misshapen) > 0
}
