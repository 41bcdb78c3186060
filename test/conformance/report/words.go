package report

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// waived is the outcome that a report shows for a failure with a [result.Waiver].
const waived result.Outcome = "waived"

// outcomes lists the outcomes in the order and the words in which the reports count them.
var outcomes = []struct {
	Outcome result.Outcome
	Word    string
}{
	{result.Pass, "passed"},
	{result.Fail, "failed"},
	{waived, "waived"},
	{result.Error, "error"},
	{result.Skip, "skipped"},
	{result.NotApplicable, "not applicable"},
}

// outcome returns the check's [result.Outcome], or [waived] if its failure is waived.
func outcome(d result.Done) result.Outcome {
	if d.Waived() {
		return waived
	}
	return d.Outcome
}

func word(o result.Outcome) string {
	for _, e := range outcomes {
		if e.Outcome == o {
			return e.Word
		}
	}
	return string(o)
}

// count returns the number of checks of a level with that outcome, or of all levels if level is
// empty.
func count(checks []result.Done, level result.Level, ended func(result.Outcome) bool) (n int) {
	for _, d := range checks {
		if (level == "" || d.Level == level) && ended(outcome(d)) {
			n++
		}
	}
	return n
}

func is(wanted result.Outcome) func(result.Outcome) bool {
	return func(o result.Outcome) bool { return o == wanted }
}

// sentence returns the [result.Verdict] and its basis.
func sentence(r result.Result) string {
	of := func(o result.Outcome) int { return count(r.Checks, result.Required, is(o)) }
	failed, passed := of(result.Fail), of(result.Pass)
	var rests []string
	if r.Interrupted != "" {
		rests = append(rests, "the run was interrupted: "+r.Interrupted)
	}
	switch r.Verdict {
	case result.Conformant:
		rests = append(rests, number(passed, "required check passes", "required checks pass"))
		if len(r.Reduced) > 0 {
			rests = append(rests, "less was tested: "+strings.Join(r.Reduced, ", "))
		}
	case result.NotConformant:
		if failed > 0 {
			rests = append(rests, number(failed, "required check fails", "required checks fail"))
		}
		if n := len(r.Problems); n > 0 {
			rests = append(rests, number(n, "problem with waivers", "problems with waivers"))
		}
	case result.Partial:
		left := count(r.Checks, "", is(result.Skip))
		rests = append(rests, number(passed, "required check passes", "required checks pass"),
			number(left, "check was left out", "checks were left out"))
	case result.Untested:
		rests = append(rests, "no required check was run")
	}
	if n := of(waived); n > 0 {
		rests = append(rests, number(n, "failure is waived", "failures are waived"))
	}
	if n := count(r.Checks, "", is(result.Error)); n > 0 {
		rests = append(rests, number(n, "check could not be judged", "checks could not be judged"))
	}
	return strings.TrimSuffix(string(r.Verdict)+": "+strings.Join(rests, ", "), ": ")
}

// title names the tested product, or the collection point.
func title(r result.Result) string {
	if r.Receiver != nil {
		return r.Receiver.URL
	}
	return r.Product.Name
}

// subject is the first part of the names in junit.xml.
func subject(r result.Result) string {
	if r.Receiver != nil {
		return "receiver"
	}
	return r.Product.ID
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// took formats a duration for people.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "< 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// shellSafe lists the characters that a shell does not interpret.
const shellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+"

// Line returns a command as a user would type it.
func Line(command []string) string {
	words := make([]string, len(command))
	for i, w := range command {
		if w == "" || strings.Trim(w, shellSafe) != "" {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		words[i] = w
	}
	return strings.Join(words, " ")
}

// topicGroup groups the checks of one topic.
type topicGroup struct {
	Name   string
	Checks []result.Done
}

// topics groups the checks; both keep their order.
func topics(checks []result.Done) (all []topicGroup) {
	at := map[string]int{}
	for _, d := range checks {
		i, known := at[d.Topic]
		if !known {
			i = len(all)
			at[d.Topic] = i
			all = append(all, topicGroup{Name: d.Topic})
		}
		all[i].Checks = append(all[i].Checks, d)
	}
	return all
}

// summary counts the topic's checks that passed, and the others by outcome.
func (t topicGroup) summary() string {
	parts := []string{fmt.Sprintf("passed %d of %d", count(t.Checks, "", is(result.Pass)), len(t.Checks))}
	for _, e := range outcomes[1:] {
		if n := count(t.Checks, "", is(e.Outcome)); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, e.Word))
		}
	}
	return strings.Join(parts, ", ")
}

func (t topicGroup) took() (sum time.Duration) {
	for _, d := range t.Checks {
		sum += d.Took
	}
	return sum
}
