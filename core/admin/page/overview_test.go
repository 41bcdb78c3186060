package page

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// CONS-2: the state in a sentence, and everything that needs attention.
func TestOverview(t *testing.T) {
	o := open(t, acme())
	o.get("/").says(t, 200, "Acme &lt;Bridge&gt;", "<li>Admin</li><li>Licences</li>",
		"Undecided: nothing is collected, nothing is sent.",
		"none (sending is off)", "none yet", "0 documents")
	o.get("/").lacks(t, "checked", "<dialog", "Needs attention", "sent\">show it")

	o = allowed(t)
	o.sent = document
	up := journal.Entry{Time: noon.Add(-8 * time.Minute), Outcome: journal.Uploaded}
	bad := journal.Entry{Time: noon.Add(-2 * time.Minute), Outcome: journal.Failed, Reason: "connection refused"}
	o.status.Last, o.status.LastSent, o.status.Next, o.status.Waiting = &bad, &up, noon.Add(52*time.Minute), 1
	o.get("/").says(t, 200, " checked",
		"Allowed since 2026-03-01 11:25 NPT by j.smith (EULA): usage data is sent automatically.",
		"Sun 1 Mar 2026, 13:17:00 NPT", "in 52 minutes",
		"8 minutes ago", "show it", "failed", "connection refused", "1 document<", "4,321 ", "NPT (UTC&#43;05:45)",
		"17 minutes past the hour")

	o.decision, o.damaged = consent.Decision{Choice: consent.Denied},
		usage.WithHint(errors.New("read decision: it does not hold a decision; this means no"), "decide again")
	o.status.Plugin = status.Plugin{Problem: "damaged", Sentence: "the record is damaged", Hint: "retry"}
	o.status.ClockProblem, o.status.ClockHint = "the zone file is damaged", "set a time zone"
	o.get("/").says(t, 200, "Denied: nothing is collected, nothing is sent.", "it does not hold a decision",
		"press Update, or decide again.", "Plugin: the record is damaged", "Retry.",
		"The zone file is damaged; nothing is sent.", "Set a time zone.")
	if o.post("/decide", o.form()); o.damaged != nil || len(o.decided) != 2 {
		t.Errorf("update of a damaged decision: got %d decisions want one more", len(o.decided))
	}
}

// COLL-1, VIEW-1: the page of an appliance that sends nothing itself says so, what waits, and what to do.
func TestOverviewWithoutANetwork(t *testing.T) {
	o := allowed(t)
	o.Delivery, o.status.Delivery, o.status.Waiting = status.File, status.File, 43
	o.Handler = New(o.Appliance)
	o.status.LastExport = &journal.Entry{Time: noon.Add(-50 * time.Hour), Outcome: journal.Exported, Documents: 43,
		Period: noon.Add(-51 * time.Hour).Truncate(time.Hour)}
	o.get("/").says(t, 200, "This appliance sends nothing itself.", "43 documents",
		"43 documents, the newest about 2026", "usagedata export --receipt FILE",
		"usage data is collected, and waits for an export.", "none yet")
	o.get("/").lacks(t, "Next upload", "This hour")
	o.get("/waiting").says(t, 200, "This appliance sends nothing itself")
}

// CONS-2: a service that fails says so first, and does not claim that it sends.
func TestOverviewOfAServiceThatFails(t *testing.T) {
	o := allowed(t)
	o.status.Decision, o.status.Sentence = "allowed", "allowed: usage data is to be sent automatically, but this fails"
	o.status.Health = status.Critical
	o.status.Troubles = []status.Trouble{
		{Kind: status.UploadTrouble, Critical: true, Sentence: "no document was accepted since Monday: refused",
			Hint: "check firewalls"},
		{Kind: status.FieldTrouble, Sentence: "counts: timed out", Hint: "look"}}
	o.get("/").says(t, 200, `problem critical" role="group" aria-label="Needs attention"`,
		"No document was accepted since Monday: refused.", "Check firewalls.", "Counts: timed out.",
		"Allowed: usage data is to be sent automatically, but this fails.")
	o.get("/").lacks(t, "usage data is sent automatically.")
}

// everyPage returns the pages of an appliance, with something on each.
func everyPage(t *testing.T) map[string]string {
	o := allowed(t)
	o.sent = document
	o.status.Next = noon.Add(time.Hour)
	for _, e := range []journal.Entry{
		{Time: noon.Add(-time.Hour), Outcome: journal.Uploaded, ID: "acme-20260301T0615Z-x", WireBytes: 6000,
			DocumentBytes: 8000},
		{Time: noon.Add(-2 * time.Hour), Outcome: journal.Failed, Reason: "<refused>"},
		{Time: noon.Add(-30 * time.Hour), Outcome: journal.Decided, Actor: "j", Choice: "allowed"},
	} {
		if err := o.Journal.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	inForce := func() error { return nil }
	if _, err := o.Spool.Put("acme-1", usage.LastPeriod(noon).Start, []byte(document), inForce); err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"post": o.post("/preview", nil).text}
	for _, path := range []string{"/", "/ask", "/collected", "/sent", "/preview", "/waiting", "/waiting?id=acme-1",
		"/journal", "/journal?outcome=failed", "/decisions", "/identity", "/nothing"} {
		pages[path] = o.get(path).text
	}
	return pages
}

// The pages work under any prefix: no link leads to the root or to another host. No page contains
// anything that the content policy forbids.
func TestLinksAreRelative(t *testing.T) {
	links := regexp.MustCompile(` (?:href|src|action)="([^"]*)"`)
	o := allowed(t)
	o.sent = document
	for name, page := range everyPage(t) {
		for _, link := range links.FindAllStringSubmatch(page, -1) {
			to := link[1]
			if strings.HasPrefix(to, "/") || strings.Contains(to, ":") || strings.Contains(to, "..") {
				t.Errorf("%s: got a link to %q want a relative one", name, to)
			}
			to, _, _ = strings.Cut(to, "#")
			if to != "" && !strings.HasPrefix(to, "waiting") && to != "decide" && to != "lab" {
				if got := o.get("/" + strings.TrimPrefix(to, "./")); got.status != 200 {
					t.Errorf("%s: the link to %q leads to %d", name, to, got.status)
				}
			}
		}
		for _, forbidden := range []string{" style=", "<style", " onclick=", "javascript:", "8K<31>", "<Bridge>",
			"<refused>",
			"ZgotmplZ", "%!"} {
			if strings.Contains(page, forbidden) {
				t.Errorf("%s: got %q in the page", name, forbidden)
			}
		}
	}
}

// Every page is well formed, and has the elements on which screen readers rely.
func TestPagesAreWellFormed(t *testing.T) {
	for name, page := range everyPage(t) {
		decoder := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>")))
		decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
		headings := 0
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "h1" {
				headings++
			}
		}
		if headings != 1 || !strings.Contains(page, "</html>") || !strings.Contains(page, `<html lang="en">`) {
			t.Errorf("%s: got %d main headings want one, in a whole page", name, headings)
		}
	}
}

func TestHeadersAndFiles(t *testing.T) {
	o := allowed(t)
	for path, kind := range map[string]string{"/": "text/html; charset=utf-8", "/page.css": "text/css; charset=utf-8",
		"/page.js":  "text/javascript; charset=utf-8",
		"/icon.svg": "image/svg+xml", "/logs.zip": "application/zip"} {
		got := o.get(path)
		if got.status != 200 || got.header.Get("Content-Type") != kind ||
			got.header.Get("Cache-Control") != "no-store" ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: got %d %v", path, got.status, got.header)
		}
	}
	const want = `attachment; filename="usagedata-acme-20260301T1225.zip"`
	if got := o.get("/logs.zip").header.Get("Content-Disposition"); got != want {
		t.Errorf("archive: got %q", got)
	}
}
