package checks

import (
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
)

func missedWrongly(declared profile.Category, c *pluginpb.Category) (problems []string) {
	if c.GetRecord() == nil && len(c.GetMissing()) > 0 {
		return []string{": fields are missing, and so is the category"}
	}
	there, said := set(c.GetRecord()), map[string]bool{}
	for i, m := range c.GetMissing() {
		name := m.GetField()
		_, known := declared.Field(name)
		switch {
		case !known:
			problems = append(problems, fmt.Sprintf(": missing number %d is no field of the category", i+1))
		case slices.Contains(there, name):
			problems = append(problems, "."+name+" is there, and said to be missing")
		case said[name]:
			problems = append(problems, "."+name+" is said to be missing twice")
		}
		said[name] = true
	}
	return problems
}

// untold passes over a category that has something else wrong with it.
func untold(declared profile.Category, c *pluginpb.Category) (problems []string) {
	if c.GetRecord() == nil || len(unexplained(declared, c)) > 0 || len(missedWrongly(declared, c)) > 0 ||
		misshapen(declared, c) {
		return nil
	}
	there := set(c.GetRecord())
	var names []string
	for _, f := range declared.Fields {
		said := slices.ContainsFunc(c.GetMissing(), func(m *pluginpb.Missing) bool { return m.GetField() == f.Name })
		if !said && !slices.Contains(there, f.Name) {
			names = append(names, f.Name)
		}
	}
	if len(names) > 0 {
		problems = append(problems, ": nothing is said of "+strings.Join(names, ", "))
	}
	return problems
}

func misshapen(declared profile.Category, c *pluginpb.Category) bool {
	step := &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: c}}
	sent := check.Values(profile.Profile{Categories: []profile.Category{declared}}, collected(step))
	return len(sent.Misshapen) > 0
}
