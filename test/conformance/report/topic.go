package report

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// topic is the checks of one topic.
type topic struct {
	Name   string
	Checks []result.Done
}

// topics groups the checks; both keep the order in which they are listed.
func topics(checks []result.Done) (all []topic) {
	at := map[string]int{}
	for _, d := range checks {
		i, known := at[d.Topic]
		if !known {
			i = len(all)
			at[d.Topic] = i
			all = append(all, topic{Name: d.Topic})
		}
		all[i].Checks = append(all[i].Checks, d)
	}
	return all
}

// summary is how many of the topic's checks passed, and how the others ended.
func (t topic) summary() string {
	parts := []string{fmt.Sprintf("passed %d of %d", count(t.Checks, "", is(result.Pass)), len(t.Checks))}
	for _, e := range endings[1:] {
		if n := count(t.Checks, "", is(e.Outcome)); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, e.Word))
		}
	}
	return strings.Join(parts, ", ")
}

func (t topic) took() (sum time.Duration) {
	for _, d := range t.Checks {
		sum += d.Took
	}
	return sum
}
