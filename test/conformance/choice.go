package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/conformance/waivers"
)

// validate returns an error for each limit that is out of range, for each id or topic in [Config] that
// matches no check, and for each [result.Waiver] without the id of a check, a reason or a valid date: a
// misspelled id would otherwise skip a check unnoticed, and the waiver of a topic would never apply.
func (c Config) validate(given []result.Waiver) error {
	problems := []error{CheckLimits(c.Collects, c.Timeout)}
	unknown := func(word string) {
		problems = append(problems, usage.WithHint(fmt.Errorf("there is no check %q", word),
			"conformance -list lists them"))
	}
	for _, w := range given {
		if !slices.ContainsFunc(checks.All(), func(rule checks.Check) bool { return w.Check == rule.ID }) {
			unknown(w.Check)
		}
		if !waivers.Complete(w) {
			problems = append(problems,
				fmt.Errorf("the waiver of %s needs a reason and an expiry date such as 2027-03-31", w.Check))
		}
	}
	for _, word := range slices.Concat(c.Only, c.Skip) {
		if !slices.ContainsFunc(checks.All(), func(rule checks.Check) bool { return matches(word, rule.ID) }) {
			unknown(word)
		}
	}
	return errors.Join(problems...)
}

// CheckLimits returns an error if the number of collects or the time limit of a run is out of
// range.
func CheckLimits(collects int, timeout time.Duration) error {
	switch {
	case collects < leastCollects || collects > mostCollects:
		return usage.WithHint(fmt.Errorf("%d is not a possible number of collects", collects),
			fmt.Sprintf("give a number from %d to %d, such as %d", leastCollects, mostCollects, DefaultCollects))
	case timeout <= 0:
		return usage.WithHint(fmt.Errorf("%v is not a possible time limit", timeout),
			"give a duration above zero, such as 5m or 90s")
	}
	return nil
}

// matches reports whether word is the id or its topic.
func matches(word, id string) bool { return word == id || word == checks.Topic(id) }

func (s *suite) selected(id string) bool {
	named := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return matches(w, id) })
	}
	return (len(s.config.Only) == 0 || named(s.config.Only)) && !named(s.config.Skip)
}

// reduced returns the options with which less is tested than without them.
func (c Config) reduced() (options []string) {
	if len(c.Only) > 0 {
		options = append(options, "-run "+strings.Join(c.Only, ","))
	}
	if len(c.Skip) > 0 {
		options = append(options, "-skip "+strings.Join(c.Skip, ","))
	}
	if c.Collects > 0 && c.Collects < DefaultCollects {
		options = append(options, fmt.Sprintf("-collects %d", c.Collects))
	}
	return options
}

// unconfigured returns a phrase for each source of the product that the suite's configuration does not
// have: the plugin's collectors of that source were not tested.
func unconfigured(p profile.Profile, w scene.World) (phrases []string) {
	for _, source := range p.Sources {
		if _, configured := w.Sources[source.Name]; !configured {
			phrases = append(phrases, fmt.Sprintf("source %s is not configured", source.Name))
		}
	}
	return phrases
}

// scenesNeeded returns each [scene.Name] that the chosen checks judge.
func (s *suite) scenesNeeded() (names []scene.Name) {
	for _, rule := range checks.All() {
		if s.selected(rule.ID) {
			names = append(names, rule.Of...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// repeat returns the command that runs one check again as it was run here, for a shell.
func (s *suite) repeat(id string) string {
	words := []string{"conformance", "-product", s.config.Product}
	if s.config.Baseline != "" {
		words = append(words, "-baseline", s.config.Baseline)
	}
	if s.config.Root != "" {
		words = append(words, "-root", s.config.Root)
	}
	if s.config.File != "" {
		words = append(words, "-config", s.config.File)
	}
	if s.config.Collects != DefaultCollects {
		words = append(words, "-collects", fmt.Sprint(s.config.Collects))
	}
	return report.Line(append(words, "-seed", fmt.Sprint(s.config.Seed), "-run", id))
}
