package page

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

// ANON-1: the page explains a renewal before it asks, records the person, and renews once.
func TestRenewIdentity(t *testing.T) {
	o := allowed(t)
	o.get("/decisions").says(t, 200, "was made", `href="identity">Renew…`)
	ask := o.get("/identity")
	ask.says(t, 200, "cannot link later documents with earlier ones", "0 documents now", "cannot be undone", ">Renew<",
		`href="decisions">Cancel`)
	if len(o.renewed) != 0 {
		t.Fatal("got a renewal before the question is answered")
	}
	form := url.Values{"since": {o.since.Format(time.RFC3339)}, "confirmed": {"yes"}}
	o.clock = noon.Add(time.Minute)
	got := o.post("/identity", form)
	if got.status != 303 || len(o.renewed) != 1 || o.renewed[0] != "the keeper" {
		t.Fatalf("got %d and renewals by %q", got.status, o.renewed)
	}
	o.get(strings.TrimPrefix(got.location, ".")).says(t, 200, "The identity was renewed.")
	if got := o.post("/identity", form); got.status != 409 || len(o.renewed) != 1 {
		t.Errorf("the same form again: got %d and %d renewals want 409 and one", got.status, len(o.renewed))
	}
}

// ANON-1: nothing but the page's own form renews, and only while sending is allowed.
func TestRenewIdentityRefuses(t *testing.T) {
	o := allowed(t)
	stamp := o.since.Format(time.RFC3339)
	for name, form := range map[string]url.Values{
		"not confirmed": {"since": {stamp}}, "no": {"since": {stamp}, "confirmed": {"no"}},
		"nothing shown": {"confirmed": {"yes"}, "since": {""}},
		"twice":         {"since": {stamp, stamp}, "confirmed": {"yes"}},
		"more":          {"since": {stamp}, "confirmed": {"yes"}, "send": {"on"}},
	} {
		if got := o.post("/identity", form); got.status != 400 || len(o.renewed) != 0 {
			t.Errorf("%s: got %d and %d renewals want 400 and none", name, got.status, len(o.renewed))
		}
	}
	form := url.Values{"since": {stamp}, "confirmed": {"yes"}}
	foreign := httptest.NewRequest("POST", "/identity", strings.NewReader(form.Encode()))
	foreign.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	foreign.Header.Set("Sec-Fetch-Site", "same-site")
	if got := o.answer(foreign); got.status != 403 || len(o.renewed) != 0 {
		t.Errorf("from another origin: got %d and %d renewals want 403 and none", got.status, len(o.renewed))
	}
	if got := o.get("/identity?since=x&confirmed=yes"); got.status != 200 || len(o.renewed) != 0 {
		t.Errorf("by a link: got %d and %d renewals want only the question", got.status, len(o.renewed))
	}
	o.refuse = usage.WithHint(errors.New("another run is in progress"), "try again in a minute")
	o.post("/identity", form).says(t, 500, "another run is in progress", "ry again in a minute")
	o = open(t, acme())
	o.get("/identity").says(t, 200, "There is no identity to renew")
	o.get("/decisions").lacks(t, "Renew")
	if got := o.post("/identity", url.Values{"since": {noKey}, "confirmed": {"yes"}}); got.status != 409 ||
		len(o.renewed) != 0 {
		t.Errorf("without consent: got %d and %d renewals want 409 and none", got.status, len(o.renewed))
	}
}
