package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// preview is the document that would be sent now, and its difference from the last one.
type preview struct {
	documentView
	Made    bool
	Refused string // why there is none now
	Hint    string
	Allowed bool
	differences
	Limit string
}

// differences are how a document differs from another one.
type differences struct {
	Compare bool // there is another document that can be read
	Changes []compare.Difference
	Added   int
	Removed int
	Changed int
	More    int // changes that are not listed
	Notes   []string
}

func (p pages) previewForm(w http.ResponseWriter, r *http.Request) {
	p.showPreview(w, r, http.StatusOK, p.newPreview())
}

func (p pages) newPreview() preview {
	d, _ := p.Decision()
	return preview{Allowed: d.Choice == consent.Allowed, Limit: span(p.Profile.Limits.Collect)}
}

func (p pages) showPreview(w http.ResponseWriter, r *http.Request, status int, v preview) {
	p.write(w, r, status, "preview", frame{Title: "Preview", Here: "preview", Content: v})
}

// preview starts the plugin, so it is requested with a button and not by following a link. The
// document is only in the answer; nothing of it is kept.
func (p pages) preview(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), p.Profile.Limits.Collect+30*time.Second)
	defer cancel()
	text, err := p.Preview(ctx)
	v := p.newPreview()
	if err != nil {
		v.Refused, v.Hint = err.Error(), usage.HintOf(err)
		p.showPreview(w, r, v.refuse(w, err), v)
		return
	}
	v.documentView, v.Made = p.documentView(text), true
	v.compare(p.Sent, text)
	p.showPreview(w, r, http.StatusOK, v)
}

// refuse says when the product may be asked again, in words and for programs.
func (v *preview) refuse(w http.ResponseWriter, err error) (status int) {
	var not admin.NotNow
	if !errors.As(err, &not) {
		return http.StatusInternalServerError
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(not.RetryAfter/time.Second)))
	v.Refused, v.Hint = "Not now: "+not.Reason, "A preview is possible again in "+span(not.RetryAfter)+"."
	return http.StatusServiceUnavailable
}

// compare lists the values that differ from the last document, and marks them in the tree.
func (v *preview) compare(sent func() ([]byte, error), text []byte) {
	last, err := sent()
	if err != nil {
		return
	}
	result, err := compare.Documents(last, text)
	if err != nil {
		return
	}
	v.Tree.setMarks(result.Differences)
	v.differences = listed(result)
}

func listed(r compare.Result) differences {
	all := r.Differences
	d := differences{Compare: true, Changes: all[:min(len(all), mostChanges)], More: max(0, len(all)-mostChanges),
		Notes: r.Notes()}
	for _, c := range all {
		switch c.Mark {
		case compare.Added:
			d.Added++
		case compare.Removed:
			d.Removed++
		case compare.Changed:
			d.Changed++
		}
	}
	return d
}
