// Package waivers applies accepted failures to the checks of a run, and finds those that must be
// removed.
package waivers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// Complete reports whether the waiver has a reason and a valid date.
func Complete(w result.Waiver) bool {
	_, err := time.Parse(time.DateOnly, w.Expires)
	return err == nil && strings.TrimSpace(w.Reason) != ""
}

// expired reports whether the waiver's last day is over, in the time zone of now.
func expired(w result.Waiver, now time.Time) bool {
	last, err := time.ParseInLocation(time.DateOnly, w.Expires, now.Location())
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// Apply gives a check that failed its waiver, if there is one that has not expired.
func Apply(all []result.Waiver, d *result.Done, now time.Time) {
	i := slices.IndexFunc(all, func(w result.Waiver) bool { return w.Check == d.ID })
	if i >= 0 && d.Outcome == result.Fail && !expired(all[i], now) {
		d.Waiver = &all[i]
	}
}

// ToRemove lists the waivers to remove: those that have expired, and those of checks that do
// not fail.
func ToRemove(all []result.Waiver, done []result.Done, now time.Time) (found []string) {
	for _, w := range all {
		for _, d := range done {
			switch {
			case d.ID != w.Check || d.Says == result.NotSelected:
			case expired(w, now):
				found = append(found, fmt.Sprintf("the waiver of %s expired on %s", w.Check, w.Expires))
			case d.Outcome == result.Pass || d.Outcome == result.NotApplicable:
				found = append(found, fmt.Sprintf("%s does not fail: remove its waiver", w.Check))
			}
		}
	}
	return found
}
