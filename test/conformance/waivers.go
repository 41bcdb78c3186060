package conformance

import (
	"fmt"
	"slices"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// expired tells whether the last day is over.
func expired(w result.Waiver, today time.Time) bool {
	last, err := time.ParseInLocation(time.DateOnly, w.Expires, today.Location())
	return err != nil || !today.Before(last.AddDate(0, 0, 1))
}

// problems are waivers that should go.
func (s *suite) problems(done []result.Done) (found []string) {
	for _, w := range s.waivers {
		for _, d := range done {
			switch {
			case d.ID != w.Check || d.Says == chosenNot:
			case expired(w, s.config.Today):
				found = append(found, fmt.Sprintf("the waiver of %s expired on %s", w.Check, w.Expires))
			case d.Outcome != result.Fail:
				found = append(found, fmt.Sprintf("%s is waived and does not fail: take the waiver out", w.Check))
			}
		}
	}
	return found
}

// waiver finds the one for a check, if it still holds.
func waiver(waivers []result.Waiver, id string) *result.Waiver {
	i := slices.IndexFunc(waivers, func(w result.Waiver) bool { return w.Check == id })
	if i < 0 {
		return nil
	}
	return &waivers[i]
}
