package page

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// VIEW-1: the document that would be sent, and how it differs from the last one.
func TestPreview(t *testing.T) {
	o := allowed(t)
	made := 0
	text := strings.Replace(document, `"users": 12`, `"users": 13`, 1)
	o.Preview = func(context.Context) ([]byte, error) { made++; return []byte(text), nil }
	o.Handler = New(o.Appliance)
	if o.get("/preview").says(t, 200, "Make the preview", "takes up to 1 minute"); made != 0 {
		t.Error("a link made a preview: want a button to")
	}
	o.post("/preview", nil).says(t, 200, "It was not sent", "no document to compare with", "8K&lt;31&gt;")
	o.sent = document
	o.post("/preview", nil).says(t, 200, "0 added, 0 removed, 1 changed", `<span aria-hidden="true">≠</span> changed`,
		"<code>12</code>", "<code>13</code>")
	o.sent = text
	o.post("/preview", nil).says(t, 200, "Every value is the same")
	o.decision = consent.Decision{}
	o.post("/preview", nil).says(t, 200, "Sending is not allowed")
}

// SEND-5: the product is not read around the hour, nor again at once; the page says when it may be.
func TestPreviewNotNow(t *testing.T) {
	o := allowed(t)
	now := time.Date(2026, 3, 1, 12, 2, 0, 0, time.UTC)
	bounded := &admin.Previews{Make: func(context.Context) ([]byte, error) { return []byte(document), nil },
		Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}, Now: func() time.Time { return now }}
	o.Preview = bounded.Preview
	o.Handler = New(o.Appliance)
	got := o.post("/preview", nil)
	got.says(t, 503, "Not now: the product is not read around the hour", "A preview is possible again in 3 minutes")
	if after := got.header.Get("Retry-After"); after != "181" {
		t.Errorf("retry after: got %q want 181", after)
	}
	now = now.Add(10 * time.Minute)
	o.post("/preview", nil).says(t, 200, "It was not sent")
	o.post("/preview", nil).says(t, 503, "A preview is possible again in 30 seconds")
	o.Preview = func(context.Context) ([]byte, error) {
		return nil, usage.WithHint(errors.New("start plugin: it ended"), "reinstall it")
	}
	o.Handler = New(o.Appliance)
	o.post("/preview", nil).says(t, 500, "start plugin: it ended", "reinstall it")
}

// CONS-2: additions of a grown profile are shown with meaning, reason and treatment, and are
// accepted only with the dialog.
func TestNewFieldsOfAProfile(t *testing.T) {
	o := allowed(t)
	p := acme()
	p.Version = 4
	p.Categories[1].Fields = append(p.Categories[1].Fields, profile.Field{Name: "gateway", Kind: kind.Hostname,
		Doc: "The gateway.", Why: "To plan <it>."})
	o.Profile = p
	o.Handler = New(o.Appliance)
	o.get("/").says(t, 200, "The product's profile has new fields", "<code>gateway</code>", "The gateway.",
		"To plan &lt;it&gt;.", "pseudonym</span>", "Accept…", "<dialog")
	form := o.form("send", "on")
	form.Set("profile", "4")
	if got := o.post("/decide", form); got.location != "ask" || len(o.decided) != 1 {
		t.Errorf("update: got %q and %d decisions want to be asked", got.location, len(o.decided))
	}
	o.get("/ask").says(t, 200, "They stay unsent until you accept them", "<code>gateway</code>")
	form.Set("confirmed", "yes")
	if got := o.post("/decide", form); got.status != 303 || len(o.decision.Pending(p)) != 0 ||
		o.decision.Profile != 4 {
		t.Errorf("accept: got %q, %d pending, profile %d", got.location, len(o.decision.Pending(p)), o.decision.Profile)
	}
	o.get("/").lacks(t, "has grown", "<dialog")
}
