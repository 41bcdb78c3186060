package statelayout

import (
	"math"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

// madeFor returns the id of the product for which a decision of version 0.1.0, which names no
// product, was made: that of the first document after it. It returns "" if there is no document;
// the decision was then made for the configured product. The decision does not cover a product that
// was installed in place of another, before this version or with it.
func (r Records) madeFor(d consent.Decision) string {
	lines, _ := r.Journal.Last(math.MaxInt) // if there is no journal, the waiting documents show the product
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

// productOf returns the product in the id of a document, PRODUCT-PERIOD-TOKEN, or "" if the id does
// not have that form.
func productOf(id string) string {
	for range 2 {
		id = id[:max(0, strings.LastIndexByte(id, '-'))]
	}
	return id
}
