package page

import (
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
)

// choice is the form with the check box, and the decision that it shows now.
type choice struct {
	decision   consent.Decision
	Kept       int // documents that were sent, which a denial may remove
	Allowed    bool
	State      string // one word
	Sentence   string
	Seen       int    // version of the profile that is shown
	Was        string // tag of the decision that is shown
	Settled    bool   // the customer has decided, and the decision can be read
	Asks       bool   // enabling shows first the data that is collected, and asks (CONS-5)
	Pending    []pending
	Boxes      []categoryBox
	Disclosure disclosure
}

// pending is a field that the administrator has not accepted.
type pending struct {
	Category string
	leaf
}

func (p pages) choice(now time.Time) choice {
	d, err := p.Decision() // an error is shown as a problem; the decision is Denied then
	c := choice{
		decision: d, Allowed: d.Choice == consent.Allowed, State: d.Choice.String(),
		Sentence: sentence(p.Delivery.Says(status.Sentence(d, now.Location()))),
		Seen:     p.Profile.Version, Was: admin.Tag(d),
		Disclosure: p.disclosure(), Settled: err == nil && d.Choice != consent.Undecided,
	}
	c.Kept, _ = p.History.Count() // the history costs only itself
	c.Pending = p.pending(d)
	c.Boxes = p.categoryBoxes(d.LeftOut)
	c.Asks = p.asks(d)
	return c
}

// asks reports whether allowing needs a second, explicit yes: the product's profile says so, or a
// field was never shown before.
func (p pages) asks(d consent.Decision) bool {
	return p.Profile.Setting.Asks || d.Choice == consent.Allowed && len(p.pending(d)) > 0
}

func (p pages) pending(d consent.Decision) (all []pending) {
	if d.Choice != consent.Allowed {
		return nil
	}
	for _, f := range d.Pending(p.Profile) {
		l := describe(f.Field)
		l.Name = f.Path
		all = append(all, pending{f.Category, l})
	}
	return all
}

// disclosure is the content of the dialog before sending is allowed: the collected data, how it is
// treated, its destination and the times.
type disclosure struct {
	Categories []collected
	Shares     []share
	// Identifying is what of the data could say who the customer is.
	Identifying identifying
	Fields      int
	Blackout    string
	Limit       string
}

type collected struct {
	Name, Doc string
	Choice    string // if the category can be left out
	Fields    int
	Leaves    []leaf
}

func (p pages) disclosure() disclosure {
	w := disclosure{Shares: shares(p.Profile), Identifying: identifyingIn(p.Profile), Blackout: p.blackout(),
		Limit: grouped(p.Profile.Limits.Hour)}
	for _, c := range p.Profile.Categories {
		counts, n := map[string]int{}, 0
		count(counts, c.Fields)
		for _, times := range counts {
			n += times
		}
		w.Fields += n
		w.Categories = append(w.Categories, collected{Name: c.Name, Doc: c.Doc, Fields: n})
	}
	return w
}
