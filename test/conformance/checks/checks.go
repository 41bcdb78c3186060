// Package checks is the checks of the conformance suite, a file for each topic. A check is a rule with a stable id that
// judges recordings of a plugin. It starts nothing, waits for nothing, and cannot be upset by another check; it names
// beforehand the scenes that it looks at.
//
// Tests hold that each check has a broken plugin that it fails, that each requirement has a check or a reason why it
// has none, and that no id vanishes or changes its meaning unannounced.
package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/status"

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
	From  scene.Stage  // how far the plugin must have got in each of them for the check to find anything
	Judge func(*scene.Scenes) Finding
}

// All lists every check, in the order in which a report shows them.
func All() []Check {
	return slices.Concat(handshake(), description(), stream(), values(), reasons(), same(), size(), privacy(), sources(),
		deadline(), readonly(), resources(), logs(), stop(), turns(), host())
}

const (
	required    = result.Required
	recommended = result.Recommended
)

// sharing completes checks of one topic: what a check leaves out is as in common.
func sharing(common Check, rules []Check) []Check {
	for i := range rules {
		r := &rules[i]
		r.Level, r.From = cmp.Or(r.Level, common.Level), cmp.Or(r.From, common.From)
		if r.Serves == nil {
			r.Serves = common.Serves
		}
		if r.Of == nil {
			r.Of = common.Of
		}
	}
	return rules
}

func on(names ...scene.Name) []scene.Name { return names }

// Topic is the first part of a check's id.
func Topic(id string) string {
	topic, _, _ := strings.Cut(id, ".")
	return topic
}

// Run judges, unless the scenes cannot show anything.
func (c Check) Run(scenes *scene.Scenes) Finding {
	for _, name := range c.Of {
		r := scenes.Of(name)
		switch {
		case r.Broke != nil:
			return Finding{Outcome: result.Error, Says: fmt.Sprintf("scene %s: %v", name, r.Broke)}
		case r.Stage == scene.Unplayed:
			return unseen(r.Why)
		case r.Stage < c.From:
			return unseen(fmt.Sprintf("the plugin did not get so far in the scene %s", name))
		}
	}
	return c.Judge(scenes)
}

// Finding is what a check found.
type Finding struct {
	Outcome  result.Outcome
	Says     string   // why, as a sentence
	Evidence []string // lines: words of the suite, names that the profile has, and counts
}

func pass(format string, values ...any) Finding {
	return Finding{Outcome: result.Pass, Says: fmt.Sprintf(format, values...)}
}

func fail(format string, values ...any) Finding {
	return Finding{Outcome: result.Fail, Says: fmt.Sprintf(format, values...)}
}

func notApplicable(why string) Finding { return Finding{Outcome: result.NotApplicable, Says: why} }

// unseen is for what cannot be judged because something before it is wrong, which another check reports.
func unseen(why string) Finding { return Finding{Outcome: result.Skip, Says: why} }

// none fails if there are problems, with a line of evidence for each.
func none(problems []string, format string, values ...any) Finding {
	if len(problems) == 0 {
		return pass("")
	}
	return fail(format, values...).with(problems...)
}

// maxEvidence is how many lines a finding keeps.
const maxEvidence = 20

// with adds evidence; of too much, the beginning and a count.
func (f Finding) with(lines ...string) Finding {
	if more := len(lines) - maxEvidence; more > 0 {
		lines = append(lines[:maxEvidence:maxEvidence], fmt.Sprintf("and %d more", more))
	}
	f.Evidence = append(f.Evidence, lines...)
	return f
}

// failed is for checks that have nothing to add where another one fails.
func failed(f Finding) bool { return f.Outcome == result.Fail }

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// code is what may be shown of a call's error: not the plugin's words.
func code(err error) string {
	return fmt.Sprintf("The call failed with %s", status.Code(err))
}
