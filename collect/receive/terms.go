package receive

import (
	"slices"
	"time"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/usage"
)

// Terms say which documents a collection point takes, over the network or in a file.
type Terms struct {
	// Products are the products whose documents are accepted; if there are none, those of any product.
	Products []string
	// Kept is how long after its hour a document is accepted, and kept.
	Kept time.Duration
}

// Takes reports whether documents of a product are accepted. Those of another product are sent again
// later: the operator may have forgotten to list a new product.
func (t Terms) Takes(product string) bool {
	return len(t.Products) == 0 || slices.Contains(t.Products, product)
}

// TooOld reports whether a document about the period is never accepted any more.
func (t Terms) TooOld(period usage.Period, now time.Time) bool {
	return segment.Expired(period, t.Kept, now)
}

// maxAhead is how far the end of a document's hour may be in the future.
const maxAhead = 24 * time.Hour

// TooEarly reports whether the period is so far ahead that the document is not accepted yet.
func (Terms) TooEarly(period usage.Period, now time.Time) bool {
	return period.End.After(now.Add(maxAhead))
}
