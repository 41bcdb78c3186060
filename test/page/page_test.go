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

// One browser and one appliance a product serve all tests: what a person would do with it, one after the other.
func TestPage(t *testing.T) {
	b := chromium.Start(t)
	for _, product := range tried {
		t.Run(product, func(t *testing.T) {
			a := set(t, product)
			a.serve()
			door := newTab(t, b)
			door.open(a.login)
			door.says("h2", "Your choice")
			door.quiet()
			for _, step := range []struct {
				name string
				test func(*testing.T, *tab, *appliance)
			}{
				{"choice", choice}, {"dialog", dialog}, {"forged", forged}, {"keyboard", keyboard}, {"sent", sent},
				{"preview", preview}, {"journal", journalPage},
			} {
				t.Run(step.name, func(t *testing.T) {
					page := newTab(t, b)
					step.test(t, page, a.under(t))
					page.quiet()
				})
			}
			t.Run("without script", func(t *testing.T) { withoutScripts(t, newTab(t, b, withoutScript()), a.under(t)) })
			t.Run("looks", func(t *testing.T) { looks(t, newTab(t, b), a.under(t), product) })
			if !a.asking { // the dialog is there for what is new, whatever the profile asks
				t.Run("grown", func(t *testing.T) { grown(t, b, a.under(t)) })
			}
		})
	}
	t.Run("stranger", func(t *testing.T) { stranger(t, chromium.Start(t), b) })
}

const (
	box    = "#send"
	update = ".choice button"
)

// CONS-2, CONS-3: the check box decides, at once; the page says so in a sentence, and the record says who, when and
// which way.
func choice(t *testing.T, page *tab, a *appliance) {
	page.open(a.address)
	page.says(".crumbs", "Usage data")
	page.says(".state", "Undecided: nothing is collected, nothing is sent.")
	if a.asking {
		return // see dialog
	}
	page.do(chromedp.Click(chromedp.CSS(box)))
	page.leads(update)
	page.says("[role=status]", "Saved: usage data is sent automatically.")
	page.says(".state", "Allowed since")
	page.says(".state", "by the keeper (page)")
	if got := ask[string](page, `document.activeElement.className`); got != "told" {
		t.Errorf("focus after a change: got %q want what is told", got)
	}
	a.decided("allowed since")
	if !strings.Contains(a.host("consent"), "by the keeper (page)") {
		t.Errorf("record: got %q want by the keeper (page)", a.host("consent"))
	}
	page.leads(update) // nothing was changed
	page.says("[role=status]", "Nothing was changed")
	page.do(chromedp.Click(chromedp.CSS(box)))
	page.leads(update)
	page.says(".state", "Denied since")
	a.decided("denied since")
}

// CONS-5: where the product asks so, only Update in the dialog enables.
func dialog(t *testing.T, page *tab, a *appliance) {
	page.open(a.address)
	if !a.asking {
		if ask[bool](page, `document.querySelector("dialog") !== null`) {
			t.Error("got a dialog for a product that does not ask")
		}
		return
	}
	open := `document.querySelector("dialog").open`
	for _, cancel := range []chromedp.Action[chromedp.Void]{chromedp.Click(chromedp.CSS("dialog .quiet")),
		chromedp.KeyEvent(kb.Escape)} {
		page.do(chromedp.Click(chromedp.CSS(box)), chromedp.Click(chromedp.CSS(update)))
		page.says("dialog", "License information")
		page.says("dialog", "Nothing is sent from 5 minutes before to 5 minutes after each hour")
		if !ask[bool](page, open) {
			t.Fatal("got no dialog")
		}
		page.do(cancel)
		if !page.becomes(`!document.querySelector("dialog").open && !document.querySelector("#send").checked`) {
			t.Error("after Cancel: got the dialog open or the box checked")
		}
		a.decided("undecided")
	}
	page.do(chromedp.Click(chromedp.CSS(box)), chromedp.Click(chromedp.CSS(update)))
	page.leads("dialog .primary")
	page.says(".state", "Allowed since")
	a.decided("allowed since")
	page.do(chromedp.Click(chromedp.CSS(box))) // to deny nobody is asked
	page.leads(update)
	a.decided("denied since")
}

// A keyboard is enough (CONS-2).
func keyboard(t *testing.T, page *tab, a *appliance) {
	a.host("consent", "deny")
	page.open(a.address)
	reach := func(selector string) {
		t.Helper()
		for range 40 {
			if ask[bool](page, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
				if ask[string](page, `getComputedStyle(document.activeElement).outlineStyle`) == "none" {
					t.Errorf("%s: got no focus to be seen", selector)
				}
				return
			}
			page.do(chromedp.KeyEvent(kb.Tab))
		}
		t.Fatalf("%s: not reached with Tab", selector)
	}
	page.do(chromedp.KeyEvent(kb.Tab))
	if got := ask[string](page, `document.activeElement.className`); got != "skip" {
		t.Errorf("first Tab: got %q want the link to the content", got)
	}
	reach(box)
	page.do(chromedp.KeyEvent(" "))
	reach(update)
	if a.asking {
		page.do(chromedp.KeyEvent(kb.Enter))
		reach("dialog .primary")
	}
	page.arrives(chromedp.KeyEvent(kb.Enter))
	page.says(".state", "Allowed since")
	a.decided("allowed since")
}

// VIEW-1: the page has the bytes that the collection point has.
func sent(t *testing.T, page *tab, a *appliance) {
	page.open(a.address + "/sent")
	page.says(".lead", "Nothing was sent yet")
	page.quiet()
	a.host("send")
	want, err := os.ReadFile(filepath.Join(a.Dir, "analytics.json"))
	if err != nil {
		t.Fatal(err)
	}
	page.open(a.address + "/sent")
	if got := ask[string](page, `document.querySelector(".exact pre").textContent`); got != string(want) {
		t.Errorf("exact text: got %d bytes that differ want the %d of analytics.json", len(got), len(want))
	}
	if got := ask[string](page, `fetch("analytics.json").then((r) => r.text())`); got != string(want) {
		t.Error("download: got other bytes than those of analytics.json")
	}
	page.says(".branch .leaves", "serial_number")
	page.says(".branch .leaves", a.Serial)
	page.says(".branch .leaves", "in clear")
	page.says("main", "Family of the processor")
}

func preview(t *testing.T, page *tab, a *appliance) {
	page.open(a.address + "/preview")
	page.leads("form[action=preview] button")
	page.says("[role=status].told", "It was not sent")
	page.says("main", "Against the last sent")
	page.says(".changes", "≠ changed")
	page.do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
	looksAt(t, page, a.product+"-preview")
	page.leads("form[action=preview] button")
	page.says(".problem", "It is possible again in")
	page.expected() // the browser notes the refusal's status
}

func journalPage(t *testing.T, page *tab, a *appliance) {
	page.open(a.address + "/journal")
	all := ask[int](page, `document.querySelectorAll("tbody tr").length`)
	page.leads(`a[href="journal?outcome=failed"]`)
	if failed := ask[int](page, `document.querySelectorAll("tbody tr").length`); failed < 4 || failed >= all {
		t.Errorf("failed: got %d of %d lines", failed, all)
	}
	page.says(".filters [aria-current]", "failed")
	page.says("tbody", "connection refused")
}
