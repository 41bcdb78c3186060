// Package check is what a check of the conformance suite is: a rule with a stable id that judges what was seen of a
// plugin.
//
// A check is a function of recordings. It starts nothing, waits for nothing, and can't be upset by another check; which
// scenes it looks at it says beforehand. The checks themselves are in package checks.
package check

import (
	"fmt"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// Check is one rule.
type Check struct {
	ID     string // topic.what: stable, public interface
	Level  result.Level
	Serves []string // ids of the requirements
	Holds  string   // what must hold, as a sentence
	Why    string   // a sentence

	Of    []scene.Name // the scenes that it judges, which are played for it
	From  scene.Stage  // how far the plugin must have got in each of them for the check to tell anything
	Judge func(*scene.Scenes) Finding
}

// Finding is what a check found.
type Finding struct {
	Outcome  result.Outcome
	Says     string   // why, as a sentence
	Evidence []string // lines: the suite's own words, names that the profile has, counts, and what Shown lets through
}

// Pass is a finding that nothing is wrong; with says where there is something to tell.
func Pass(format string, values ...any) Finding {
	return Finding{Outcome: result.Pass, Says: fmt.Sprintf(format, values...)}
}

// Fail says what is wrong.
func Fail(format string, values ...any) Finding {
	return Finding{Outcome: result.Fail, Says: fmt.Sprintf(format, values...)}
}

// NotApplicable says what the plugin has nothing of.
func NotApplicable(format string, values ...any) Finding {
	return Finding{Outcome: result.NotApplicable, Says: fmt.Sprintf(format, values...)}
}

// maxEvidence is how many lines a finding keeps.
const maxEvidence = 20

// With adds evidence; of too much, the beginning and a count.
func (f Finding) With(lines ...string) Finding {
	if more := len(lines) - maxEvidence; more > 0 {
		lines = append(lines[:maxEvidence:maxEvidence], fmt.Sprintf("and %d more", more))
	}
	f.Evidence = append(f.Evidence, lines...)
	return f
}

// None fails when there is something that should not be, with a line for each.
func None(problems []string, format string, values ...any) Finding {
	if len(problems) == 0 {
		return Pass("")
	}
	return Fail(format, values...).With(problems...)
}

// Run judges, after it has seen that the scenes show anything.
func (c Check) Run(scenes *scene.Scenes) Finding {
	for _, name := range c.Of {
		r := scenes.Of(name)
		switch {
		case r.Broke != nil:
			return Finding{Outcome: result.Error, Says: fmt.Sprintf("scene %s: %v", name, r.Broke)}
		case r.Stage == scene.Unplayed:
			return Finding{Outcome: result.Skip, Says: r.Why}
		case r.Stage < c.From:
			return Finding{Outcome: result.Skip, Says: fmt.Sprintf("the plugin did not get so far in the scene %s", name)}
		}
	}
	return c.Judge(scenes)
}
