package status

import (
	"cmp"
	"slices"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
)

// Kept is a document that was set aside, for an administrator who looks.
type Kept struct {
	ID      string    `json:"id"`
	Period  time.Time `json:"period,omitzero"` // beginning of its UTC hour; absent if that can't be read
	Bytes   int64     `json:"bytes"`
	Damaged bool      `json:"damaged"`       // it was damaged here; otherwise the collection point rejected it
	Time    time.Time `json:"time,omitzero"` // when that happened; absent if the journal does not have it any more
	Reason  string    `json:"reason"`
	Hint    string    `json:"hint,omitempty"`
}

// LookAtKept lists the product's documents that were set aside, the newest period first, with the
// reason that the journal gives. Documents of another product, which this appliance had before, are
// left out.
func LookAtKept(documents *spool.Spool, j *journal.Journal, product string) ([]Kept, error) {
	all, err := documents.Kept()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k spool.Kept) bool { return !usage.MadeFor(k.ID, product) })
	if len(all) == 0 {
		return nil, nil
	}
	lines, err := j.Last(LookBack)
	if err != nil {
		return nil, err
	}
	var kept []Kept
	for _, k := range all {
		one := Kept{ID: k.ID, Period: k.PeriodStart, Bytes: k.Size, Damaged: k.Damaged}
		one.explain(lines)
		kept = append(kept, one)
	}
	return kept, nil
}

// explain adds what the journal says about the document.
func (k *Kept) explain(lines []journal.Entry) {
	outcome, reason, hint := journal.Rejected, "the collection point rejected it", ""
	if k.Damaged {
		outcome, reason, hint = journal.Dropped, "it was damaged while it waited: its file is not as it was written",
			"check the disk of this appliance; later documents are not affected"
	}
	k.Reason, k.Hint = reason, hint
	for _, line := range slices.Backward(lines) {
		if line.ID != k.ID || line.Outcome != outcome {
			continue
		}
		k.Time = line.Time
		if !k.Damaged {
			k.Reason, k.Hint = cmp.Or(why(line), reason), line.Hint
		}
		return
	}
}

// Word says why the document is kept, in one word.
func (k Kept) Word() string {
	if k.Damaged {
		return "damaged"
	}
	return "rejected"
}
