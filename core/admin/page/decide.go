package page

import (
	"errors"
	"net/http"
	"strconv"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
)

// wish is a form that was sent.
type wish struct {
	allow, confirmed bool
	seen             int
	was              string
}

var errForm = errors.New("the form is not one of this page")

// Bounds of a form, which has four short values.
const (
	maxForm  = 4 << 10
	maxValue = 200
)

// read accepts exactly the forms of this page: each value at most once, and no other.
func read(r *http.Request) (w wish, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || r.URL.RawQuery != "" {
		return w, errForm
	}
	for name, values := range r.PostForm {
		if len(values) != 1 || len(values[0]) > maxValue {
			return w, errForm
		}
		value := values[0]
		switch name {
		case "send":
			w.allow = value == "on"
		case "confirmed":
			w.confirmed = value == "yes"
		case "was":
			w.was = value
		case "profile":
			w.seen, err = strconv.Atoi(value)
		default:
			return w, errForm
		}
		if err != nil {
			return w, errForm
		}
	}
	if w.seen < 1 || w.was == "" {
		return w, errForm
	}
	return w, nil
}

// decide carries out the form (CONS-2), and asks first if it must (CONS-5). It answers with a
// redirect, so that reloading the page does not decide again.
func (p pages) decide(w http.ResponseWriter, r *http.Request) {
	wish, err := read(r)
	if err != nil {
		p.trouble(w, r, http.StatusBadRequest, "Nothing was changed", "What was sent is not a form of this page.",
			"Go back to the overview and choose there.")
		return
	}
	now, damaged := p.Decision()
	switch {
	case wish.allow && !wish.confirmed && p.asks(now):
		seeOther(w, "ask")
	case damaged == nil && wish.choice() == now.Choice && wish.was == admin.Tag(now) && len(p.pending(now)) == 0:
		p.back(w, r, now, "Nothing was changed.")
	default:
		p.change(w, r, wish)
	}
}

func (w wish) choice() consent.Choice {
	if w.allow {
		return consent.Allowed
	}
	return consent.Denied
}

func (p pages) change(w http.ResponseWriter, r *http.Request, wish wish) {
	d, err := p.Change(admin.Request{Choice: wish.choice(), Seen: wish.seen, Actor: admin.Actor(r), Way: consent.ByPage,
		Was: wish.was})
	switch {
	case errors.Is(err, admin.ErrOutdated):
		p.outdated(w, r)
	case err != nil:
		p.failed(w, r, err)
	default:
		p.saved(w, r, d.Choice)
	}
}

// saved redirects to the overview, unless another decision has come in between: then the page shows
// that one.
func (p pages) saved(w http.ResponseWriter, r *http.Request, choice consent.Choice) {
	now, damaged := p.Decision()
	if damaged != nil || now.Choice != choice {
		seeOther(w, "./")
		return
	}
	p.back(w, r, now, "Saved: "+status.Effect(choice)+".")
}

// back redirects to the overview, which shows the result of the form once.
func (p pages) back(w http.ResponseWriter, r *http.Request, d consent.Decision, sentence string) {
	id := p.notices.leave(notice{actor: admin.Actor(r), decision: admin.Tag(d), sentence: sentence, made: p.here()})
	seeOther(w, "./?notice="+id)
}

// outdated shows the present state and asks again, because the administrator decided about a former
// one.
func (p pages) outdated(w http.ResponseWriter, r *http.Request) {
	o, err := p.look()
	if err != nil {
		p.failed(w, r, err)
		return
	}
	o.Problems = append([]problem{{"Nothing was changed: what you were shown has changed meanwhile.",
		"Below is what is in force now. Look at it, choose again and press Update."}}, o.Problems...)
	p.write(w, r, http.StatusConflict, "overview", frame{Title: p.Profile.Setting.Label, Here: "./", Content: o})
}

// seeOther redirects to another page of ours. The address stays relative, because a front end may
// serve us under a prefix that we do not know.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// ask shows the dialog as a page of its own, for browsers without script.
func (p pages) ask(w http.ResponseWriter, r *http.Request) {
	p.write(w, r, http.StatusOK, "ask", frame{Title: p.Profile.Setting.Label, Content: p.choice(p.here())})
}
