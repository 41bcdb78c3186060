package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"polycom.com/usagedata/test/chromium"
)

// One browser and one appliance per product serve all tests, which do what a person would do, in
// order.
func TestPage(t *testing.T) {
	b := chromium.Start(t)
	for _, product := range testedProducts {
		t.Run(product, func(t *testing.T) {
			a := set(t, product)
			a.serve()
			door := chromium.NewTab(t, b)
			door.Open(a.login)
			door.Says("h2", "Your choice")
			door.Quiet()
			for _, step := range []struct {
				name string
				test func(*testing.T, *chromium.Tab, *appliance)
			}{
				{"choice", choice}, {"dialog", dialog}, {"forged", forged}, {"keyboard", keyboard}, {"sent", sent},
				{"preview", preview}, {"journal", journalPage}, {"identity", identity},
			} {
				t.Run(step.name, func(t *testing.T) {
					page := chromium.NewTab(t, b)
					step.test(t, page, a.withT(t))
					page.Quiet()
				})
			}
			t.Run("without script", func(t *testing.T) {
				withoutScripts(t, chromium.NewTab(t, b, chromium.WithoutScript()), a.withT(t))
			})
			t.Run("looks", func(t *testing.T) { checkAllLooks(t, chromium.NewTab(t, b), a.withT(t), product) })
			if !a.asking {
				t.Run("states", func(t *testing.T) { looksOfStates(t, chromium.NewTab(t, b), a.withT(t)) })
			}
			if !a.asking { // the dialog for new fields exists whether or not the profile asks
				t.Run("new fields", func(t *testing.T) { newFields(t, b, a.withT(t)) })
			}
		})
	}
	t.Run("failing", func(t *testing.T) { failing(t, b) })
	t.Run("without a network", func(t *testing.T) { withoutNetwork(t, b) })
	t.Run("without session", func(t *testing.T) { withoutSession(t, chromium.Start(t), b) })
}

const (
	box    = "#send"
	update = ".choice button"
)

// CONS-2, CONS-3: the check box decides at once. The page confirms it in a sentence, and the record
// has the person, the time and the way.
func choice(t *testing.T, page *chromium.Tab, a *appliance) {
	page.Open(a.address)
	page.Says(".crumbs", "Usage data")
	page.Says(".state", "Undecided: nothing is collected, nothing is sent.")
	if a.asking {
		return // see dialog
	}
	page.Do(chromedp.Click(chromedp.CSS(box)))
	page.Follow(update)
	page.Says("[role=status]", "Saved: usage data is sent automatically.")
	page.Says(".state", "Allowed since")
	page.Says(".state", "by the keeper (page)")
	if got := chromium.Ask[string](page, `document.activeElement.className`); got != "result" {
		t.Errorf("focus after a change: got %q want the result", got)
	}
	a.wantDecision("allowed since")
	if !strings.Contains(a.host("consent"), "by the keeper (page)") {
		t.Errorf("record: got %q want by the keeper (page)", a.host("consent"))
	}
	page.Open(a.address)
	if !chromium.Ask[bool](page, fmt.Sprintf(`document.querySelector(%q).disabled`, update)) {
		t.Error("nothing was changed: got a button that does nothing")
	}
	leaveOut(page, a)
	page.Do(chromedp.Click(chromedp.CSS(box)))
	page.Follow(update)
	page.Says(".state", "Denied since")
	a.wantDecision("denied since")
}

// CONS-2: an optional category has a check box of its own, and so has the mark of a test system.
func leaveOut(page *chromium.Tab, a *appliance) {
	optional := chromedp.Click(chromedp.CSS("#send-system_resource_usage"))
	page.Do(optional)
	page.Follow(update)
	page.Says(".state", "automatically, without system_resource_usage.")
	page.Do(optional)
	page.Follow(update)
	page.Says("[role=status]", "Saved: usage data is sent automatically.")
	for _, want := range []string{"is marked as a test system", "is not marked as a test system"} {
		page.Do(chromedp.Click(chromedp.CSS("#lab")))
		page.Follow(".lab button")
		page.Says("[role=status]", want)
	}
}

// CONS-5: if the product asks for it, only Update in the dialog enables sending.
func dialog(t *testing.T, page *chromium.Tab, a *appliance) {
	page.Open(a.address)
	if !a.asking {
		if chromium.Ask[bool](page, `document.querySelector("dialog") !== null`) {
			t.Error("got a dialog for a product that does not ask")
		}
		return
	}
	open := `document.querySelector("dialog").open`
	for _, cancel := range []chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS("dialog .quiet")),
		chromedp.KeyEvent(kb.Escape)} {
		page.Do(chromedp.Click(chromedp.CSS(box)), chromedp.Click(chromedp.CSS("#send-system_resource_usage")),
			chromedp.Click(chromedp.CSS(update)))
		if chromium.Ask[bool](page, `document.querySelector("#ask-system_resource_usage").checked`) {
			t.Error("the dialog does not have the category as it was chosen")
		}
		page.Says("dialog", "License information")
		page.Says("dialog", "Nothing is sent from 5 minutes before to 5 minutes after each hour")
		if !chromium.Ask[bool](page, open) {
			t.Fatal("got no dialog")
		}
		if got := chromium.Ask[string](page, `document.activeElement.tagName`); got != "H2" {
			t.Errorf("focus in the dialog: got %s want the heading, without a frame", got)
		}
		page.Do(cancel)
		if !page.Becomes(`!document.querySelector("dialog").open && !document.querySelector("#send").checked &&
			document.querySelector("#send-system_resource_usage").checked`) {
			t.Error("after Cancel: got the dialog open or a box that is not as before")
		}
		a.wantDecision("undecided")
	}
	page.Do(chromedp.Click(chromedp.CSS(box)), chromedp.Click(chromedp.CSS(update)))
	page.Follow("dialog .primary")
	page.Says(".state", "Allowed since")
	a.wantDecision("allowed since")
	page.Do(chromedp.Click(chromedp.CSS(box))) // denying needs no confirmation
	page.Follow(update)
	a.wantDecision("denied since")
}

// A keyboard is enough (CONS-2).
func keyboard(t *testing.T, page *chromium.Tab, a *appliance) {
	a.host("consent", "deny")
	page.Open(a.address)
	reach := func(selector string) {
		t.Helper()
		for range 40 {
			if chromium.Ask[bool](page, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
				if chromium.Ask[string](page, `getComputedStyle(document.activeElement).outlineStyle`) == "none" {
					t.Errorf("%s: got no focus to be seen", selector)
				}
				return
			}
			page.Do(chromedp.KeyEvent(kb.Tab))
		}
		t.Fatalf("%s: not reached with Tab", selector)
	}
	page.Do(chromedp.KeyEvent(kb.Tab))
	if got := chromium.Ask[string](page, `document.activeElement.className`); got != "skip" {
		t.Errorf("first Tab: got %q want the link to the content", got)
	}
	reach(box)
	page.Do(chromedp.KeyEvent(" "))
	reach(update)
	if a.asking {
		page.Do(chromedp.KeyEvent(kb.Enter))
		reach("dialog .primary")
	}
	page.Arrive(chromedp.KeyEvent(kb.Enter))
	page.Says(".state", "Allowed since")
	a.wantDecision("allowed since")
}

// VIEW-1: the page shows the same bytes that the collection point received.
func sent(t *testing.T, page *chromium.Tab, a *appliance) {
	page.Open(a.address + "/sent")
	page.Says(".lead", "Nothing was sent yet")
	page.Quiet()
	a.host("send")
	want, err := os.ReadFile(filepath.Join(a.Dir, "analytics.json"))
	if err != nil {
		t.Fatal(err)
	}
	page.Open(a.address + "/sent?id=last")
	if got := chromium.Ask[string](page, `document.querySelector(".exact pre").textContent`); got != string(want) {
		t.Errorf("exact text: got %d bytes that differ want the %d of analytics.json", len(got), len(want))
	}
	if got := chromium.Ask[string](page, `fetch("analytics.json").then((r) => r.text())`); got != string(want) {
		t.Error("download: got other bytes than those of analytics.json")
	}
	page.Says(".branch .leaves", "serial_number")
	page.Says(".branch .leaves", a.Serial)
	page.Says(".branch .leaves", "in clear")
	page.Says("main", "Processor family")
	search(t, page)
	if !a.asking { // a month of documents takes a while, and is alike for both products
		lookBack(t, page, a)
	}
}

// search finds fields by their name, description, value and treatment, and shows all again when it is
// emptied.
func search(t *testing.T, page *chromium.Tab) {
	const shown = `[...document.querySelectorAll(".leaf")].filter((l) => l.checkVisibility()).length`
	all := chromium.Ask[int](page, shown)
	page.Do(chromedp.Click(chromedp.CSS("[data-fold=close]")))
	if got := chromium.Ask[int](page, shown); got != 0 {
		t.Errorf("collapsed: got %d fields want none", got)
	}
	for text, most := range map[string]int{"SERIAL number": 4, "in clear": 6, "no such field": 0} {
		page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[type=search]").value = ""`),
			chromedp.SendKeys(chromedp.CSS("[type=search]"), text))
		if got := chromium.Ask[int](page, shown); got > most || (got == 0) != (most == 0) {
			t.Errorf("search for %q: got %d of %d fields want at most %d", text, got, all, most)
		}
	}
	page.Says(".search [role=status]", " found")
	page.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[type=search]").value = "x"`),
		chromedp.SendKeys(chromedp.CSS("[type=search]"), kb.Backspace))
	if got := chromium.Ask[int](page, shown); got != all {
		t.Errorf("search for nothing: got %d fields want all %d", got, all)
	}
}

func preview(t *testing.T, page *chromium.Tab, a *appliance) {
	page.Open(a.address + "/preview")
	page.Follow("form[action=preview] button")
	page.Says("[role=status].result", "It was not sent")
	page.Says("main", "Compared with the last document sent")
	page.Says(".changes", "≠ changed")
	if a.asking { // it is alike for both products
		page.Do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
		checkLook(t, page, a.product+"-preview")
	}
	page.Follow("form[action=preview] button")
	page.Says(".problem", "A preview is possible again in")
	page.Forgive() // the browser reports the refusal's status
}

func journalPage(t *testing.T, page *chromium.Tab, a *appliance) {
	const rows = `document.querySelectorAll("tbody tr:not([hidden])").length`
	page.Open(a.address + "/journal?outcome=failed")
	failed := chromium.Ask[int](page, rows)
	page.Says(".filters [aria-current]", "failed")
	page.Says("tbody", "connection refused")
	if failed < 4 { // the failures were before and after midnight
		page.Follow(`a[rel="prev"]`)
		failed += chromium.Ask[int](page, rows)
	}
	if failed != 4 {
		t.Errorf("failed: got %d lines want 4", failed)
	}
	page.Follow(`.filters li:first-child a`)
	all := chromium.Ask[int](page, rows)
	page.Do(chromedp.SendKeys(chromedp.CSS("[type=search]"), "REFUSED"))
	if got := chromium.Ask[int](page, rows); got == 0 || got >= all {
		t.Errorf("search: got %d of %d lines", got, all)
	}
	page.Follow(`a[rel="prev"]`)
	page.Says(".days", "Newer")
	if got := chromium.Ask[string](page, `fetch("journal.csv").then((r) => r.text())`); strings.Count(got, "\r\n") < 300 {
		t.Errorf("export: got %.200q want every line", got)
	}
}

// ANON-1: the page renews the identity, once it has explained the consequences, and records who did it.
func identity(t *testing.T, page *chromium.Tab, a *appliance) {
	page.Open(a.address + "/decisions")
	page.Follow(`a[href="identity"]`)
	page.Says("main", "cannot link later documents with earlier ones")
	page.Follow(".answers .quiet") // Cancel
	page.Follow(`a[href="identity"]`)
	page.Follow(".answers .primary")
	page.Says("[role=status]", "The identity was renewed.")
	page.Follow(`.sections a[href="journal"]`)
	page.Says("tbody tr:first-child", "renew the identity: all pseudonyms change (by the keeper)")
}
