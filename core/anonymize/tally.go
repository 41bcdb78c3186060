package anonymize

import "polycom.com/usagedata/core/usage"

// Tally counts the values of a cycle by what became of them. A value is what stands alone: a record counts as its
// parts, a list as its entries.
type Tally struct {
	Kept          int `json:"kept"`
	Pseudonymized int `json:"pseudonymized"`
	Scrubbed      int `json:"scrubbed"`
	Suppressed    int `json:"suppressed"` // not as the profile approves it
	Undeclared    int `json:"undeclared"` // not in the profile
	Withheld      int `json:"withheld"`   // the leak gate found something in them
}

// Total is the number of values that the plugin sent.
func (t Tally) Total() int {
	return t.Kept + t.Pseudonymized + t.Scrubbed + t.Suppressed + t.Undeclared + t.Withheld
}

// suppress counts all of a value that is dropped.
func (t *Tally) suppress(v usage.Value) { t.Suppressed += leaves(v, 0) }

// leaves counts the values in v; what is empty or too deep to look at counts as one.
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
