package page_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/chromium"
	"polycom.com/usagedata/test/stage"
)

const (
	failingDays   = 7
	refusedReason = "upload %s: connection refused by the collection point: nothing listens on that port"
	refusedHint   = "check firewalls and routes to the collection point"
)

// VIEW-1, CONS-2: an administrator who never saw the page before learns from it whether usage data is
// sent, since when not, why, and what to do. Uploads are refused for a week, a field is withheld and
// a category is missing hour after hour, documents are rejected and damaged, and at last the plugin
// is set aside.
func failing(t *testing.T, browser context.Context) {
	a := setFailing(t)
	a.serve()
	page := chromium.NewTab(t, browser)
	axe := chromedp.Evaluate[chromedp.Void](axeCore(t))
	page.Open(a.login)
	look := func(name, path string) {
		t.Helper()
		page.Do(viewport(1280, "light"))
		page.Open(a.address + "/" + path)
		page.Do(axe)
		checkTwoLooks(t, page, "failing-"+name)
		page.Quiet()
	}

	look("week", "")
	since := time.Now().Add(-failingDays * 24 * time.Hour).Format("2006-01-02")
	page.Says(".problem.critical", "No document was accepted since "+since)
	page.Says(".problem.critical", "connection refused by the collection point")
	page.Says(".problem.critical", "Check firewalls and routes")
	page.Says(".choice .state", "usage data is to be sent automatically, but this fails")
	page.Says(".problem:not(.critical)", "The documents lack statistics since "+since)
	page.Says(".withheld", "counts.endpoints")

	behave(t, a, "refuse")
	page.Follow(".problem.critical form button")
	page.Says(".problem.critical", "The connection does not work.")
	page.Do(axe)
	checkTwoLooks(t, page, "failing-connection")
	page.Follow("form[action=connection] button")
	page.Says(".result", "The connection works.")

	look("waiting", "waiting")
	page.Says("#kept + .lead", "The last 8 rejected and the last 8 damaged documents are kept")
	look("rejected", "set-aside?id="+rejectedID)
	page.Says(".problem.critical", "422 Unprocessable Entity")
	page.Says("main", "Report it to the product's vendor.")
	page.Says(".branch", "License information")
	const download = `fetch(document.querySelector("a[download]").href).then((r) => r.text())`
	if got := chromium.Ask[string](page, download); got != a.text(rejectedID) {
		t.Errorf("download: got %d bytes, want those that were rejected", len(got))
	}
	look("damaged", "set-aside?id="+damagedID)
	page.Says(".notice", "cannot be shown, because it is damaged")

	a.setPluginAside()
	look("plugin", "")
	page.Says(".problem.critical:nth-of-type(1)", "No document is made since ")
	page.Says(".problem.critical:nth-of-type(1)", "usagedata plugin retry")
	page.Says(".problem.critical:nth-of-type(2)", "No document was accepted since "+since)
}

// checkTwoLooks checks the page on a wide screen in light mode, and on a narrow one in dark mode: nothing
// sticks out, and axe finds nothing at all.
func checkTwoLooks(t *testing.T, page *chromium.Tab, name string) {
	t.Helper()
	const findings = `axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
		.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + n.failureSummary).join("; ")))`
	for width, scheme := range map[int64]string{1280: "light", 360: "dark"} {
		page.Do(viewport(width, scheme))
		if got := chromium.Ask[[]string](page, overflowing); len(got) > 0 {
			t.Errorf("%s %d: got elements that stick out, want none: %q", name, width, got)
		}
		if got := chromium.Ask[[]string](page, findings); len(got) > 0 {
			t.Errorf("%s %d: got findings of axe, want none:\n%s", name, width, strings.Join(got, "\n"))
		}
		picture, err := chromedp.Run(page.Ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		chromium.Keep(t, fmt.Sprintf("page-%s-%d-%s.png", name, width, scheme), picture)
	}
}

func behave(t *testing.T, a *appliance, how string) {
	t.Helper()
	if err := a.Point.Behave(how); err != nil {
		t.Fatal(err)
	}
}

const (
	rejectedID = "dma-20261101T0900Z-0w3k8d5r1c9f2h7m4q6t0x5z1b"
	damagedID  = "dma-20261101T0800Z-1w3k8d5r1c9f2h7m4q6t0x5z1b"
)

// setFailing creates an appliance that has sent for a while and has failed for a week.
func setFailing(t *testing.T) *appliance {
	t.Helper()
	s, err := stage.Set(stage.Plan{Dir: filepath.Join(t.TempDir(), "stage"), Bin: bin, Product: "dma"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the stage: %v", err)
		}
	})
	a := &appliance{t: t, Stage: s, product: "dma"}
	a.host("consent", "allow", "--yes")
	a.host("send")
	now := time.Now()
	last := now.Add(-failingDays * 24 * time.Hour).Truncate(time.Hour).Add(-37 * time.Minute)
	decisions := consent.Open(durable.OS{}, filepath.Join(a.Dir, "state", "decision.json"),
		filepath.Join(a.Dir, "state", "decisions.jsonl"), "dma")
	d, err := decisions.Read()
	d.Time = last.Add(-30 * 24 * time.Hour)
	analytics := filepath.Join(a.Dir, "analytics.json")
	err = errors.Join(err, decisions.Write(d), os.Chtimes(analytics, last, last),
		os.Remove(filepath.Join(a.Dir, "journal.jsonl")))
	sent := usage.LastPeriod(now).Start // has a document already
	for at := last.Add(-5 * time.Hour); usage.LastPeriod(at).Start.Before(sent); at = at.Add(time.Hour) {
		err = errors.Join(err, a.recordHour(at, at.After(last)))
	}
	if err != nil {
		t.Fatal(err)
	}
	a.rejectAndDamage(last)
	return a
}

// text returns a document of the appliance, under another id.
func (a *appliance) text(id string) string {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.Dir, "analytics.json"))
	if err != nil {
		a.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `"id": "`)
	former, _, _ := strings.Cut(rest, `"`)
	return strings.Replace(string(text), former, id, 1)
}

// recordHour records an hour, and puts its document into the spool if its upload failed.
func (a *appliance) recordHour(at time.Time, failed bool) error {
	j := journal.Open(durable.OS{}, filepath.Join(a.Dir, "journal.jsonl"))
	period := usage.LastPeriod(at)
	id := "dma-" + period.Start.UTC().Format("20060102T1504Z") + "-2w3k8d5r1c9f2h7m4q6t0x5z1b"
	made := journal.Entry{Time: at, Outcome: journal.Spooled, ID: id, Period: period.Start, DocumentBytes: 8000,
		Kept: 160}
	ended := journal.Entry{Time: at.Add(2 * time.Second), Outcome: journal.Uploaded, ID: id, Period: period.Start,
		DocumentBytes: 8000, WireBytes: 6900}
	if !failed {
		return errors.Join(j.Record(made), j.Record(ended))
	}
	made.Withheld, made.Omitted = 1, map[string]string{"statistics": usage.LoginRefused.Sentence()}
	ended.Outcome, ended.WireBytes, ended.Reason, ended.Hint = journal.Failed, 900, fmt.Sprintf(refusedReason, id),
		refusedHint
	withheld := journal.Entry{Time: at, Outcome: journal.Withheld, ID: id, Period: period.Start,
		Field: "counts.endpoints", Rule: "own domain", Reason: "own domain"}
	if time.Since(at) > 24*time.Hour { // the spool holds what is newest
		return errors.Join(j.Record(made), j.Record(withheld), j.Record(ended))
	}
	waiting, err := spool.Open(durable.OS{}, filepath.Join(a.Dir, "state", "spool"), 10_000_000)
	if err == nil {
		_, err = waiting.Put(id, period.Start, []byte(a.text(id)), func() error { return nil })
	}
	return errors.Join(err, j.Record(made), j.Record(withheld), j.Record(ended))
}

// rejectAndDamage sets a rejected document aside, with its line in the journal, and a damaged one.
func (a *appliance) rejectAndDamage(at time.Time) {
	a.t.Helper()
	dir := filepath.Join(a.Dir, "state", "spool")
	s, err := spool.Open(durable.OS{}, dir, 10_000_000)
	for i, id := range []string{rejectedID, damagedID} {
		period := time.Date(2026, 11, 1, 9-i, 0, 0, 0, time.UTC)
		if err == nil {
			_, err = s.Put(id, period, []byte(a.text(id)), func() error { return nil })
		}
	}
	// The line is the first of the journal, before the uploads that were accepted.
	path := filepath.Join(a.Dir, "journal.jsonl")
	later, unread := os.ReadFile(path)
	err = errors.Join(err, unread, os.Remove(path), s.Reject(rejectedID),
		journal.Open(durable.OS{}, path).Record(journal.Entry{Time: at.Add(-20 * time.Hour),
			Outcome: journal.Rejected, ID: rejectedID, DocumentBytes: 8000, WireBytes: 7100,
			Reason: "upload " + rejectedID + ": 422 Unprocessable Entity: the collection point found the document " +
				"invalid",
			Hint: "report it to the product's vendor"}))
	file, unopened := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if unopened == nil {
		_, unopened = file.Write(later)
		file.Close()
	}
	err = errors.Join(err, unopened, os.WriteFile(filepath.Join(dir, damagedID+".doc"), make([]byte, 4096), 0o640))
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := s.Read(damagedID); !errors.Is(err, spool.ErrDamaged) {
		a.t.Fatalf("damaged document: got %v", err)
	}
}

// setPluginAside records that the plugin has failed until it was set aside.
func (a *appliance) setPluginAside() {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.Dir, "products", "dma", "plugin"))
	if err != nil {
		a.t.Fatal(err)
	}
	record := quarantine.Open(durable.OS{}, filepath.Join(a.Dir, "state", "quarantine.sealed"), sha256.Sum256(text))
	for range quarantine.MaxFailures {
		at := time.Now().Add(-time.Hour)
		_, began := record.Begin(at)
		_, ended := record.Failed(at, "start plugin dma: the plugin ended before the handshake: exit status 127")
		if err := errors.Join(began, ended); err != nil {
			a.t.Fatal(err)
		}
	}
}
