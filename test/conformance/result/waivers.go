package result

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Complete reports whether the waiver has a reason and a valid date.
func (w Waiver) Complete() bool {
	_, err := time.Parse(time.DateOnly, w.Expires)
	return err == nil && strings.TrimSpace(w.Reason) != ""
}

// expired reports whether the waiver's last day is over, in the time zone of now.
func (w Waiver) expired(now time.Time) bool {
	last, err := time.ParseInLocation(time.DateOnly, w.Expires, now.Location())
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// Waive gives a check that failed its waiver, if there is one that has not expired.
func Waive(waivers []Waiver, d *Done, now time.Time) {
	i := slices.IndexFunc(waivers, func(w Waiver) bool { return w.Check == d.ID })
	if i >= 0 && d.Outcome == Fail && !waivers[i].expired(now) {
		d.Waiver = &waivers[i]
	}
}

// WaiversToRemove lists the waivers to remove: those that have expired, and those of checks that do
// not fail.
func WaiversToRemove(waivers []Waiver, done []Done, now time.Time) (found []string) {
	for _, w := range waivers {
		for _, d := range done {
			switch {
			case d.ID != w.Check || d.Says == NotSelected:
			case w.expired(now):
				found = append(found, fmt.Sprintf("the waiver of %s expired on %s", w.Check, w.Expires))
			case d.Outcome == Pass || d.Outcome == NotApplicable:
				found = append(found, fmt.Sprintf("%s does not fail: remove its waiver", w.Check))
			}
		}
	}
	return found
}
