package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/test/chromium"
)

// mostWaiting is the number of documents that wait in the state in which nothing was accepted for a
// week.
const mostWaiting = 100

// state is a state of the appliance, which the page must explain to an administrator who has never
// seen it: whether usage data is sent, since when not, why, and what to do.
type state struct {
	name    string
	build   func(a *appliance)
	says    []string // on the overview
	primary int      // buttons that stand out and can be pressed
}

var states = []state{
	{"undecided", func(*appliance) {}, []string{"Undecided: nothing is collected, nothing is sent.",
		"none (sending is off)"}, 1},
	{"denied", func(a *appliance) {
		a.fillWeek(working)
		a.host("consent", "deny")
	}, []string{"Denied since", "nothing is collected, nothing is sent.", "none (sending is off)"}, 0},
	{"allowed", func(a *appliance) {
		a.allowLongAgo()
		a.fillWeek(working)
	}, []string{"usage data is sent automatically.", "Next upload", "license_information.serial_number"}, 0},
	{"rejected", func(a *appliance) {
		a.allowLongAgo()
		a.fillWeek(rejectedLast)
	}, []string{"The collection point rejected the last documents since", "it does not accept this version",
		"but this fails"}, 0},
	{"failing", func(a *appliance) {
		a.allowLongAgo()
		a.fillWeek(refused)
		for i := range mostWaiting {
			a.addWaitingOf(time.Duration(i+30) * time.Hour) // newer periods have had a document
		}
	}, []string{"No document was accepted since", "168 times in a row", "connection refused",
		"Check that the firewall lets port 8443 pass.", "but this fails", "100 documents"}, 0},
}

// CONS-2, VIEW-1: each state is explained on the first page, without a finding of axe.
func looksOfStates(t *testing.T, page *chromium.Tab, a *appliance) {
	axe := axeCore(t)
	for _, s := range states {
		a.reset()
		s.build(a)
		page.Do(viewport(1280, "light"))
		page.Open(a.address)
		for _, says := range s.says {
			page.Says("main", says)
		}
		const pressable = `[...document.querySelectorAll("main :is(button, .button):not(.quiet, .link, dialog *)")]
			.filter((b) => !b.disabled && b.checkVisibility()).length`
		if got := chromium.Ask[int](page, pressable); got != s.primary {
			t.Errorf("%s: got %d buttons that stand out want %d", s.name, got, s.primary)
		}
		page.Do(chromedp.Evaluate[chromedp.Void](axe))
		checkLook(t, page, "state-"+s.name)
	}
	page.Open(a.address + "/waiting")
	if got := chromium.Ask[int](page, `document.querySelectorAll("tbody tr").length`); got != mostWaiting {
		t.Errorf("waiting: got %d lines want %d", got, mostWaiting)
	}
	page.Do(chromedp.Evaluate[chromedp.Void](axe))
	checkLook(t, page, "state-waiting")
	page.Open(a.address + "/journal?outcome=failed")
	page.Says("tbody", "connection refused")
	a.reset()
	a.host("consent", "allow", "--yes")
}

// reset removes the decision, the journal and the waiting documents.
func (a *appliance) reset() {
	a.t.Helper()
	a.host("consent", "deny")
	old, err := filepath.Glob(filepath.Join(a.Dir, "state", "decision*"))
	if err != nil {
		a.t.Fatal(err)
	}
	for _, path := range append(old, filepath.Join(a.Dir, "journal.jsonl")) {
		if err := os.Remove(path); err != nil {
			a.t.Fatal(err)
		}
	}
}

// allowLongAgo allows sending as an administrator would have done before the week that is shown.
func (a *appliance) allowLongAgo() {
	a.t.Helper()
	p, err := profile.Load(filepath.Join(a.Dir, "products", a.product))
	if err != nil {
		a.t.Fatal(err)
	}
	in, err := statelayout.Folders{Disk: durable.OS{}, State: filepath.Join(a.Dir, "state"), Log: a.Dir,
		Product: a.product}.OpenRecords(p.Limits.Spool)
	if err == nil {
		err = decision.Decide(consent.Decision{Choice: consent.Allowed, Time: time.Now().Add(-9 * 24 * time.Hour),
			Actor: "j.smith", Way: consent.ByEULA, EULA: "4"}.Accepting(p), in)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

// fillWeek records the lines of each hour of a week.
func (a *appliance) fillWeek(of func(made, sent journal.Entry, hour int) []journal.Entry) {
	a.t.Helper()
	j := journal.Open(durable.OS{}, filepath.Join(a.Dir, "journal.jsonl"))
	this := time.Now().Truncate(time.Minute).Add(-10 * time.Minute) // the slot, some minutes ago
	for hour := 8 * 24; hour >= 0; hour-- {
		lines := hourlyLines(30, this.Add(-time.Duration(hour)*time.Hour), a.product)
		for _, e := range of(lines[0], lines[1], hour) {
			if err := j.Record(e); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

func working(made, sent journal.Entry, hour int) []journal.Entry {
	sent.WireBytes += int64(hour * 613 % 2200)
	return []journal.Entry{made, sent}
}

func rejectedLast(made, sent journal.Entry, hour int) []journal.Entry {
	if hour > 1 {
		return working(made, sent, hour)
	}
	return []journal.Entry{made, {Time: sent.Time, Outcome: journal.Rejected, ID: made.ID, WireBytes: 6100,
		DocumentBytes: made.DocumentBytes,
		Reason:        "upload " + made.ID + ": it does not accept this version of the profile",
		Hint:          "The document is kept. Report this to the product's vendor."}}
}

func refused(made, sent journal.Entry, hour int) []journal.Entry {
	if hour >= 7*24 {
		return working(made, sent, hour)
	}
	return []journal.Entry{made, {Time: sent.Time, Outcome: journal.Failed, ID: made.ID, WireBytes: 120,
		DocumentBytes: made.DocumentBytes, Reason: "upload " + made.ID + ": connection refused",
		Hint: "Check that the firewall lets port 8443 pass."}}
}

// addWaitingOf puts a small document of the period that ended so long ago into the spool.
func (a *appliance) addWaitingOf(ago time.Duration) {
	a.t.Helper()
	begin := time.Now().UTC().Add(-ago).Truncate(time.Hour)
	id := a.product + "-" + begin.Format("20060102T1504Z") + "-0w3k8d5r1c9f2h7m4q6t0x5z1b"
	s, err := spool.Open(durable.OS{}, filepath.Join(a.Dir, "state", "spool"), 1_000_000)
	if err == nil {
		_, err = s.Put(id, begin, fmt.Appendf(nil, `{"id": %q}`+"\n", id), func() error { return nil })
	}
	if err != nil {
		a.t.Fatal(err)
	}
}
