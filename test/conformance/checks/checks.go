// Package checks holds the checks of the conformance suite, a file for each topic. A check is a
// rule with a stable id that judges each [scene.Recording] of a plugin. It starts nothing, waits
// for nothing, and cannot be affected by another check; it declares the scenes that it judges in
// [Check].Of.
//
// Tests ensure that each check fails a broken plugin, that each requirement has a check or a reason
// why there is none, and that no id disappears or changes its meaning unannounced.
package checks

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// Check is one rule.
type Check struct {
	ID     string // topic and name, joined by a dot: stable, public interface
	Level  result.Level
	Serves []string // ids of the requirements
	Holds  string   // the rule, as a sentence
	Why    string   // the reason for the rule, as a sentence

	Of    []scene.Name // the scenes that it judges, which are played for it
	Plays []scene.Name // those of them whose time the reports give for this check; each scene has one such check
	From  scene.Stage  // the stage that the plugin must have reached in each of them; otherwise the check is skipped
	Judge func(*scene.Scenes) Finding
}

// All returns every check, in the order of the reports.
func All() []Check {
	return slices.Concat(installedFiles(), handshake(), description(), stream(), values(), reasons(), same(), size(),
		privacy(), sources(), deadline(), readonly(), resources(), logs(), stop(), concurrentCollects(), host(),
		baseline())
}

const (
	required    = result.Required
	recommended = result.Recommended
)

// withDefaults fills in the fields that checks of one topic leave empty, from common.
func withDefaults(common Check, rules []Check) []Check {
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

func inScenes(names ...scene.Name) []scene.Name { return names }

// Topic returns the first part of the id of a [Check].
func Topic(id string) string {
	topic, _, _ := strings.Cut(id, ".")
	return topic
}

// Run calls Judge with the recordings in [scene.Scenes], explains a failure by the plugin's own
// words, and masks the names in them. It returns [result.Error] if a scene broke, and skips the
// check if the plugin did not get far enough.
func (c Check) Run(scenes *scene.Scenes) Finding {
	for _, name := range c.Of {
		r := scenes.Of(name)
		switch {
		case errors.Is(r.Broke, scene.ErrInterrupted):
			return skipped(Interrupted)
		case r.Broke != nil:
			return Finding{Outcome: result.Error, Says: fmt.Sprintf("scene %s: %v", name, r.Broke)}
		case r.Stage == scene.Unplayed:
			return skipped(r.Why)
		case r.Stage < c.From:
			return skipped(fmt.Sprintf("the plugin did not get that far in the scene %s", name))
		}
	}
	found := c.explained(scenes, c.Judge(scenes))
	if failed(found) {
		found = found.with(c.refusals(scenes)...)
	}
	return c.mask(scenes, found)
}

// Interrupted is the reason given for a check that was not judged because the run was interrupted.
const Interrupted = "Not judged: the run was interrupted."

// refusals returns a line for each reason for which sources refused the plugin in a scene that the
// check judges: it may be the reason for the failure. It leaves out refusals that a scene intends.
func (c Check) refusals(scenes *scene.Scenes) (lines []string) {
	for _, name := range c.Of {
		if scene.Harms(name) {
			continue
		}
		parts := map[usage.Reason][]string{}
		for _, refusal := range scenes.Of(name).Refusals(scenes.Product.Profile) {
			parts[refusal.Reason] = append(parts[refusal.Reason], refusal.Of)
		}
		for _, reason := range slices.Sorted(maps.Keys(parts)) {
			lines = append(lines, fmt.Sprintf("scene %s, a source refused: %s: %s", name,
				strings.Join(parts[reason], ", "), reason.Sentence()))
		}
		if scenes.Of(name).TooMany() {
			lines = append(lines, fmt.Sprintf("scene %s: the log says that the source has too many connections", name))
		}
	}
	return lines
}

// Finding is the result of a [Check].
type Finding struct {
	Outcome  result.Outcome
	Says     string   // the reason, as a sentence
	Evidence []string // lines of the suite's words, and the plugin's words with the names masked
}

func pass(format string, values ...any) Finding {
	return Finding{Outcome: result.Pass, Says: fmt.Sprintf(format, values...)}
}

func fail(format string, values ...any) Finding {
	return Finding{Outcome: result.Fail, Says: fmt.Sprintf(format, values...)}
}

func notApplicable(why string) Finding { return Finding{Outcome: result.NotApplicable, Says: why} }

// skipped returns a skipped finding, for a rule that cannot be judged because of an earlier fault
// that another check reports.
func skipped(why string) Finding { return Finding{Outcome: result.Skip, Says: why} }

// failIfAny passes if there are no problems, and otherwise fails with a line of evidence for each.
func failIfAny(problems []string, format string, values ...any) Finding {
	if len(problems) == 0 {
		return pass("")
	}
	return fail(format, values...).with(problems...)
}

// maxEvidence is the number of lines that one call of [Finding.with] adds.
const maxEvidence = 20

// with adds evidence. If there is too much, it adds the beginning and a count of the rest.
func (f Finding) with(lines ...string) Finding {
	if more := len(lines) - maxEvidence; more > 0 {
		lines = append(lines[:maxEvidence:maxEvidence], fmt.Sprintf("and %d more", more))
	}
	f.Evidence = append(f.Evidence, lines...)
	return f
}

// failed reports whether a finding is a failure; other checks call it to stay silent if this one
// fails.
func failed(f Finding) bool { return f.Outcome == result.Fail }

func round(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
