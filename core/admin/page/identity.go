package page

import (
	"net/http"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
)

// identity is the key of the pseudonyms as the page describes it.
type identity struct {
	Since   timeView // zero if there is no key
	Allowed bool
	Waiting int
	Stamp   string // for the form: the identity that is shown
}

// noKey is the stamp of an identity whose key is missing, because a renewal was interrupted.
const noKey = "none"

func (p pages) identity() (identity, error) {
	since, err := p.Identity()
	if err != nil {
		return identity{}, err
	}
	waiting, err := p.Spool.Waiting()
	if err != nil {
		return identity{}, err
	}
	d, _ := p.Decision()
	v := identity{Since: viewTime(since, p.localTime()), Allowed: d.Choice == consent.Allowed, Waiting: len(waiting),
		Stamp: noKey}
	if !since.IsZero() {
		v.Stamp = v.Since.Stamp
	}
	return v, nil
}

// askToRenew explains the consequences of a renewal before it asks (ANON-1).
func (p pages) askToRenew(w http.ResponseWriter, r *http.Request) {
	v, err := p.identity()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, "identity", frame{Title: "Identity", Here: "decisions", Content: v})
}

// renew replaces the identity that the form shows, and no newer one: pressing the button twice renews
// once.
func (p pages) renew(w http.ResponseWriter, r *http.Request) {
	shown, ok := readRenewal(r)
	if !ok {
		p.writeError(w, r, http.StatusBadRequest, "Nothing was changed", "The request is not a form of this page.",
			"Go to Decisions and choose there.")
		return
	}
	now, err := p.identity()
	switch {
	case err != nil:
		p.writeFailure(w, r, err)
		return
	case !now.Allowed || now.Stamp != shown:
		p.writeError(w, r, http.StatusConflict, "Nothing was changed",
			"The identity or the decision has changed since the page was loaded.",
			"Look at Decisions; renew again only if you still want to.")
		return
	}
	if err := p.Renew(admin.Actor(r)); err != nil {
		p.writeFailure(w, r, err)
		return
	}
	d, _ := p.Decision()
	p.redirectWithNotice(w, r, d, "The identity was renewed. Later documents cannot be linked with earlier ones.")
}

// readRenewal accepts exactly the form of this page.
func readRenewal(r *http.Request) (shown string, ok bool) {
	form, err := posted(r)
	return form["since"], err == nil && len(form) == 2 && form["confirmed"] == "yes" && form["since"] != ""
}
