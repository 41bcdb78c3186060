package page

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
)

// decisionForm is a form that was sent.
type decisionForm struct {
	allow, confirmed bool
	removeSent       bool
	profile          int
	expectedTag      string
	categories       []string // whose boxes are checked
}

var errForm = errors.New("the form is not one of this page")

// Bounds of a form, which has four short values and the check boxes of categories.
const (
	maxForm  = 16 << 10
	maxValue = 200
)

// posted returns the values of a form, by name. It accepts each value at most once, and none in the
// address.
func posted(r *http.Request) (values map[string]string, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || r.URL.RawQuery != "" {
		return nil, errForm
	}
	values = map[string]string{}
	for name, all := range r.PostForm {
		if len(all) != 1 || len(all[0]) > maxValue {
			return nil, errForm
		}
		values[name] = all[0]
	}
	return values, nil
}

// readForm accepts exactly the forms of this page.
func readForm(r *http.Request) (form decisionForm, err error) {
	values, err := posted(r)
	if err != nil {
		return form, err
	}
	for name, value := range values {
		switch name {
		case "send":
			form.allow = value == "on"
		case "confirmed":
			form.confirmed = value == "yes"
		case "remove_sent":
			form.removeSent = value == "on"
		case "was":
			form.expectedTag = value
		case "profile":
			form.profile, err = strconv.Atoi(value)
		default:
			category, is := strings.CutPrefix(name, boxPrefix)
			if !is || value != "on" {
				return form, errForm
			}
			form.categories = append(form.categories, category)
		}
		if err != nil {
			return form, errForm
		}
	}
	if form.profile < 1 || form.expectedTag == "" {
		return form, errForm
	}
	return form, nil
}

// decide carries out the form (CONS-2), and asks first if it must (CONS-5). It answers with a
// redirect, so that reloading the page does not decide again.
func (p pages) decide(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(r)
	leftOut, known := p.leftOut(form.categories)
	if err != nil || !known && form.profile == p.Profile.Version {
		p.notOurForm(w, r)
		return
	}
	now, damaged := p.Decision()
	switch {
	case damaged == nil && form.choice() == now.Choice && form.expectedTag == admin.Tag(now) &&
		len(p.pending(now)) == 0 && !form.changesMore(p.changesCategories(now, leftOut)):
		p.redirectWithNotice(w, r, now, "Nothing was changed.")
	case form.allow && !form.confirmed && p.asks(now):
		seeOther(w, p.askAddress(now, leftOut))
	default:
		p.change(w, r, form, leftOut)
	}
}

func (p pages) notOurForm(w http.ResponseWriter, r *http.Request) {
	p.writeError(w, r, http.StatusBadRequest, "Nothing was changed", "The request is not a form of this page.",
		"Go back to the overview and choose there.")
}

// changesMore reports whether the form changes something else than the choice.
func (f decisionForm) changesMore(categories bool) bool {
	return f.allow && categories || !f.allow && f.removeSent
}

func (f decisionForm) choice() consent.Choice {
	if f.allow {
		return consent.Allowed
	}
	return consent.Denied
}

func (p pages) change(w http.ResponseWriter, r *http.Request, form decisionForm, leftOut []string) {
	d, err := p.Change(admin.Request{
		Choice: form.choice(), ShownProfile: form.profile, ExpectedTag: form.expectedTag,
		Actor: admin.Actor(r), Way: consent.ByPage, LeftOut: leftOut, RemoveSent: form.removeSent && !form.allow,
	})
	switch {
	case errors.Is(err, admin.ErrOutdated):
		p.outdated(w, r)
	case err != nil:
		p.writeFailure(w, r, err)
	default:
		p.saved(w, r, d)
	}
}

// saved redirects to the overview, unless another decision has come in between: then the page shows
// that one.
func (p pages) saved(w http.ResponseWriter, r *http.Request, made consent.Decision) {
	now, damaged := p.Decision()
	if damaged != nil || now.Choice != made.Choice || !slices.Equal(now.LeftOut, made.LeftOut) &&
		made.Choice == consent.Allowed {
		seeOther(w, "./")
		return
	}
	p.redirectWithNotice(w, r, now, "Saved: "+p.Delivery.Says(status.Effect(now))+".")
}

// redirectWithNotice redirects to the overview, which shows the result of the form once.
func (p pages) redirectWithNotice(w http.ResponseWriter, r *http.Request, d consent.Decision, sentence string) {
	id := p.notices.add(notice{actor: admin.Actor(r), decision: admin.Tag(d), sentence: sentence, made: p.localTime()})
	seeOther(w, "./?notice="+id)
}

// outdated shows the present state and asks again, because the administrator decided about a former
// one.
func (p pages) outdated(w http.ResponseWriter, r *http.Request) {
	o, err := p.loadOverview()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	changed := problem{Text: "Nothing was changed: the decision or the profile has changed since this page was loaded.",
		Hint: "The present state is shown below. Check it, choose again and press Update."}
	o.Problems = append([]problem{changed}, o.Problems...)
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
	c := p.choice(p.localTime())
	c.Boxes = p.categoryBoxes(shownLeftOut(r.URL.Query(), c.decision))
	p.write(w, r, http.StatusOK, "ask", frame{Title: p.Profile.Setting.Label, Content: c})
}
