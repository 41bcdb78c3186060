package anonymize

import "polycom.com/usagedata/core/usage"

// Tally counts the values of a cycle by their treatment; see [Result]. Only single values count: a
// record counts as its parts, a list as its entries.
type Tally struct {
	Kept          int `json:"kept"`
	Pseudonymized int `json:"pseudonymized"`
	Scrubbed      int `json:"scrubbed"`
	Suppressed    int `json:"suppressed"` // not as the profile approves it
	Undeclared    int `json:"undeclared"` // not in the profile
	Withheld      int `json:"withheld"`   // the leak gate found something in them
}

// Total returns the number of values that the plugin sent.
func (t Tally) Total() int {
	return t.Kept + t.Pseudonymized + t.Scrubbed + t.Suppressed + t.Undeclared + t.Withheld
}

// suppress counts every value in v, which is dropped.
func (t *Tally) suppress(v usage.Value) { t.Suppressed += leaves(v, 0) }

// leaves counts the values in v. An empty list or record counts as one, and so does a part that is
// nested too deep.
func leaves(v usage.Value, depth int) int {
	total := 0
	if depth < maxDepth {
		switch is := v.Reveal().(type) {
		case usage.List:
			for _, entry := range is {
				total += leaves(entry, depth+1)
			}
		case usage.Record:
			for _, part := range is {
				total += leaves(part, depth+1)
			}
		}
	}
	return max(total, 1)
}
