package page

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// form returns the form that the page in this state would send.
func (o *fakeAppliance) form(more ...string) url.Values {
	f := url.Values{"profile": {"3"}, "was": {admin.Tag(o.decision)}}
	for i := 0; i < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// CONS-2, CONS-3: the check box and Update decide; the actor and the way are recorded, with the
// profile that was shown.
func TestDecide(t *testing.T) {
	o := open(t, acme())
	got := o.post("/decide", o.form("send", "on"))
	want := consent.Decision{Choice: consent.Allowed, Time: noon, Actor: "the keeper",
		Way: consent.ByPage}.Accepting(o.Profile)
	if diff := cmp.Diff(want, o.decision); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
	o.follow(t, got).says(t, 200, `role="status"`, "Saved: usage data is sent automatically.", "checked",
		"by the keeper (page): usage data is sent automatically.")
	o.follow(t, o.post("/decide", o.form("send", "on"))).says(t, 200, "Nothing was changed.")
	if len(o.decided) != 1 {
		t.Errorf("the same again: got %d decisions, want 1", len(o.decided))
	}
	o.follow(t, o.post("/decide", o.form())).says(t, 200, "Saved: nothing is collected, nothing is sent.")
	if o.decision.Choice != consent.Denied {
		t.Errorf("deny: got %v", o.decision.Choice)
	}
	o.get("/decisions").says(t, 200, "denied", "allowed", "the keeper", "profile 3")
}

// follow opens the page to which an answer redirects.
func (o *fakeAppliance) follow(t *testing.T, from answer) answer {
	t.Helper()
	if from.status != 303 || !strings.HasPrefix(from.location, "./") {
		t.Fatalf("got %d to %q, want to be led to the overview", from.status, from.location)
	}
	return o.get("/" + strings.TrimPrefix(from.location, "./"))
}

// CONS-2: the page says once, to the sender of the form, that something was saved or left
// unchanged. No address that can be made up or sent to someone produces the notice.
func TestNoticeIsShownOnceToTheSender(t *testing.T) {
	fits := map[string]bool{"the answer's address": true, "a form before": true}
	for what, fetch := range map[string]func(*fakeAppliance, string) answer{
		"the answer's address": func(o *fakeAppliance, at string) answer { return o.get(at) },
		"a form before": func(o *fakeAppliance, at string) answer {
			o.post("/decide", o.form("send", "on"))
			return o.get(at)
		},
		"again": func(o *fakeAppliance, at string) answer { o.get(at); return o.get(at) },
		"by somebody else": func(o *fakeAppliance, at string) answer {
			w := httptest.NewRecorder()
			o.ServeHTTP(w, httptest.NewRequest("GET", at, nil))
			return answer{text: w.Body.String()}
		},
		"after another decision": func(o *fakeAppliance, at string) answer {
			o.decision.Time = noon.Add(time.Second)
			return o.get(at)
		},
		"later": func(o *fakeAppliance, at string) answer {
			o.clock = noon.Add(2 * noticeLife)
			return o.get(at)
		},
		"before, by the clock": func(o *fakeAppliance, at string) answer {
			o.clock = noon.Add(-2 * noticeLife)
			return o.get(at)
		},
		"after many others": func(o *fakeAppliance, at string) answer {
			for range mostNotices {
				o.post("/decide", o.form("send", "on"))
			}
			return o.get(at)
		},
		"without an id": func(o *fakeAppliance, _ string) answer { return o.get("/?notice=") },
		"made up":       func(o *fakeAppliance, _ string) answer { return o.get("/?notice=allowed&told=allowed") },
		"the decision's tag": func(o *fakeAppliance, _ string) answer {
			return o.get("/?notice=" + admin.Tag(o.decision))
		},
	} {
		o := open(t, acme())
		at := strings.TrimPrefix(o.post("/decide", o.form("send", "on")).location, ".")
		o.answer(httptest.NewRequest("HEAD", at, nil)) // does not show the notice
		if got := fetch(o, at); strings.Contains(got.text, `class="result"`) != fits[what] {
			t.Errorf("%s: got a notice %v, want %v", what, !fits[what], fits[what])
		}
	}
}

// CONS-5: if the product asks for the dialog, only Update in the dialog enables sending.
func TestOnlyTheDialogEnables(t *testing.T) {
	p := acme()
	p.Setting.Asks = true
	o := open(t, p)
	if got := o.post("/decide", o.form("send", "on")); got.location != "ask" || len(o.decided) != 0 {
		t.Fatalf("without the dialog: got %q and %d decisions want to be asked", got.location, len(o.decided))
	}
	page := o.get("/ask")
	page.says(t, 200, "About data collection", "License information",
		"from 5 minutes before to 5 minutes after each hour",
		"100,000 bytes", "by its pseudonym for as long as its key is the same", ">Update<", `href="./">Cancel<`)
	if o.get("/"); len(o.decided) != 0 {
		t.Error("cancel: got a decision want none")
	}
	for _, no := range []string{"no", "", "on", "YES"} {
		if o.post("/decide", o.form("send", "on", "confirmed", no)); len(o.decided) != 0 {
			t.Errorf("confirmed %q: got a decision want none", no)
		}
	}
	if got := o.post("/decide", o.form("send", "on", "confirmed", "yes")); got.status != 303 ||
		o.decision.Choice != consent.Allowed {
		t.Errorf("update: got %q and %v want allowed", got.location, o.decision.Choice)
	}
	if o.post("/decide", o.form()); o.decision.Choice != consent.Denied {
		t.Errorf("deny: got %v want denied without being asked", o.decision.Choice)
	}
}

// CONS-2: a form on an outdated page decides nothing, and the answer shows the current state.
func TestOutdatedFormChangesNothing(t *testing.T) {
	for name, form := range map[string]url.Values{
		"profile":  {"send": {"on"}, "profile": {"2"}, "was": {admin.Tag(consent.Decision{})}},
		"decision": {"send": {"on"}, "profile": {"3"}, "was": {"0123456789abcdef"}},
	} {
		o := open(t, acme())
		got := o.post("/decide", form)
		got.says(t, 409, "Nothing was changed", "choose again", `id="send"`)
		if len(o.decided) != 0 {
			t.Errorf("%s: got a decision want none", name)
		}
	}
}

func TestDecideFails(t *testing.T) {
	o := open(t, acme())
	o.refuse = usage.WithHint(errors.New("write decision: no space left on device"), "make room")
	o.post("/decide", o.form("send", "on")).says(t, 500, "no space left on device", "make room")
	for name, form := range map[string]url.Values{
		"nothing": {}, "no tag": {"profile": {"3"}, "send": {"on"}}, "no profile": {"was": {"x"}},
		"a word": {"profile": {"three"}, "was": {"x"}},
		"twice":  {"profile": {"3"}, "was": {"x"}, "send": {"on", "on"}}, "unknown": o.form("choice", "allowed"),
		"long":    o.form("send", strings.Repeat("x", 300)),
		"endless": o.form("send", strings.Repeat("x", 20_000)),
	} {
		if got := o.post("/decide", form); got.status != 400 || len(o.decided) != 0 {
			t.Errorf("%s: got %d and %d decisions want 400 and none", name, got.status, len(o.decided))
		}
	}
	if got := o.post("/decide?send=on&profile=3&was=x", o.form()); got.status != 400 {
		t.Errorf("in the address: got %d want 400", got.status)
	}
	if got := o.get("/decide?send=on"); got.status != 405 || len(o.decided) != 0 {
		t.Errorf("by a link: got %d want 405", got.status)
	}
}

// CONS-3: only the page's own form decides anything, and no body breaks the page.
func FuzzDecide(f *testing.F) {
	f.Add("send=on&profile=3&was=x", "application/x-www-form-urlencoded")
	f.Add("send=on&confirmed=yes&profile=3&was="+admin.Tag(consent.Decision{}), "application/x-www-form-urlencoded")
	f.Add("%", "multipart/form-data; boundary=x")
	o := open(f, acme())
	f.Fuzz(func(t *testing.T, body, kind string) {
		o.decision, o.decided = consent.Decision{}, nil
		r := httptest.NewRequest("POST", "/decide", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		got := o.answer(r)
		form, err := url.ParseQuery(body)
		own := err == nil && form.Get("was") == admin.Tag(consent.Decision{})
		if got.status >= 500 || len(o.decided) > 0 && !own {
			t.Errorf("got %d and %v of %q", got.status, o.decided, body)
		}
		if len(o.decided) > 0 && o.decision.Choice == consent.Allowed && form.Get("send") != "on" {
			t.Errorf("allowed by %q", body)
		}
	})
}
