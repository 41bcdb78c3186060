package statelayout

import (
	"math"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

// madeFor returns the id of the product that a decision of version 0.1.0, which names none, was made for: that of the
// first document after it. It is empty if there is no document; then it was made for the product that is configured. A
// product that was installed in the place of another one, before this version or with it, is not covered by the
// decision about that one.
func (r Records) madeFor(d consent.Decision) string {
	lines, _ := r.Journal.Last(math.MaxInt) // without a journal, what waits says it
	for _, line := range lines {
		if line.Outcome == journal.Spooled && !line.Time.Before(d.Time.Truncate(time.Second)) {
			return productOf(line.ID)
		}
	}
	waiting, err := r.Spool.Waiting()
	if err != nil || len(waiting) == 0 {
		return ""
	}
	return productOf(waiting[len(waiting)-1].ID) // the oldest
}

// productOf reads the product out of the id of a document, PRODUCT-PERIOD-TOKEN; empty if it is not one.
func productOf(id string) string {
	for range 2 {
		id = id[:max(0, strings.LastIndexByte(id, '-'))]
	}
	return id
}
