package page

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/profile"
)

// optional returns acme with two categories that can be left out.
func optional() profile.Profile {
	p := acme()
	for _, name := range []string{"statistics", "audits"} {
		p.Categories = append(p.Categories, profile.Category{Name: name, Doc: "Some " + name + ".", Optional: true,
			Fields: []profile.Field{{Name: "calls", Kind: kind.Count, Doc: "Calls."}}})
	}
	return p
}

// CONS-2: a category whose box is not checked is left out, with and without the dialog. The page that
// asks shows the boxes as they were sent, and only it decides.
func TestCategoriesAreChosen(t *testing.T) {
	for _, asks := range []bool{false, true} {
		p := optional()
		p.Setting.Asks = asks
		o := open(t, p)
		o.get("/").says(t, 200, `name="category.statistics" value="on" checked`,
			`name="category.audits" value="on" checked`)
		got := o.post("/decide", o.form("send", "on", "category.audits", "on"))
		if asks {
			if got.location != "ask?without=statistics" || len(o.decided) != 0 {
				t.Fatalf("got %q and %d decisions, want to be asked", got.location, len(o.decided))
			}
			o.get("/"+got.location).says(t, 200, `name="category.statistics" value="on"><`,
				`name="category.audits" value="on" checked`)
			got = o.post("/decide", o.form("send", "on", "category.audits", "on", "confirmed", "yes"))
		}
		o.follow(t, got).says(t, 200, "Saved: usage data is sent automatically, without statistics.",
			`name="category.statistics" value="on"><`, `name="category.audits" value="on" checked`)
		if !slices.Equal(o.decision.LeftOut, []string{"statistics"}) ||
			slices.Contains(o.decision.Fields, "statistics.calls count") {
			t.Errorf("asks %t: got %+v", asks, o.decision)
		}
		o.get("/decisions").says(t, 200, "without statistics")
		o.get("/collected").says(t, 200, "Some statistics. <strong>You left it out: it is not collected.</strong>",
			"Some audits. <strong>You can leave it out.</strong>")
		if asks {
			continue
		}
		o.follow(t, o.post("/decide", o.form("send", "on", "category.audits", "on"))).
			says(t, 200, "Nothing was changed.")
		o.follow(t, o.post("/decide", o.form("send", "on", "category.audits", "on", "category.statistics", "on"))).
			says(t, 200, "Saved: usage data is sent automatically.")
		if len(o.decision.LeftOut) != 0 || len(o.decided) != 2 {
			t.Errorf("included again: got %v, %d decisions", o.decision.LeftOut, len(o.decided))
		}
	}
}

// A form or an address that names a category that cannot be left out changes nothing, and a form
// without boxes collects no optional category.
func TestForeignCategories(t *testing.T) {
	o := open(t, optional())
	for _, name := range []string{"category.counts", "category.", "category.gone", "category"} {
		if got := o.post("/decide", o.form("send", "on", name, "on")); got.status != 400 || len(o.decided) != 0 {
			t.Errorf("%s: got %d, %d decisions", name, got.status, len(o.decided))
		}
	}
	if got := o.post("/decide", o.form("send", "on", "category.audits", "off")); got.status != 400 {
		t.Errorf("off: got %d", got.status)
	}
	o.get("/ask?without=counts,gone,,statistics%00").says(t, 200, `name="category.statistics" value="on" checked`)
	o.post("/decide", o.form("send", "on"))
	if !slices.Equal(o.decision.LeftOut, []string{"audits", "statistics"}) {
		t.Errorf("no boxes: got %v", o.decision.LeftOut)
	}
	o.post("/decide", o.form())
	if o.decision.Choice != consent.Denied {
		t.Errorf("got %v, want a denial", o.decision.Choice)
	}
}

// The box of a test system is set and removed on the page. It is shown with its reason, and cannot be
// changed, if the configuration marks the system.
func TestLab(t *testing.T) {
	o := allowed(t)
	before := o.decision
	o.get("/").says(t, 200, "This is a test system", "count for no statistics")
	o.follow(t, o.post("/lab", map[string][]string{"lab": {"on"}})).says(t, 200, "Saved: this system is marked",
		`name="lab" value="on" checked`, "by the keeper (page)", "This is a test system: its documents")
	if !o.lab.Lab || o.lab.Actor != "the keeper" || len(o.decided) != 1 || o.decision.ID != before.ID {
		t.Errorf("got %+v and %d decisions", o.lab, len(o.decided))
	}
	for _, form := range []map[string][]string{{"lab": {"on", "on"}}, {"lab": {"on"}, "x": {"y"}}, {"x": {"y"}}} {
		if got := o.post("/lab", form); got.status != 400 || !o.lab.Lab {
			t.Errorf("%v: got %d, %+v", form, got.status, o.lab)
		}
	}
	o.follow(t, o.post("/lab", nil)).says(t, 200, "Saved: this system is not marked")
	o.lab = lab.Mark{Lab: true, Configured: true}
	page := o.get("/")
	page.says(t, 200, `name="lab" value="on" checked disabled`, "by `lab: true` in the configuration")
	if got := o.post("/lab", nil); got.status != 409 || strings.Contains(page.text, ">Save<") {
		t.Errorf("configured: got %d", got.status)
	}
}
