package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// Everything works without scripts: then the dialog is a page (CONS-2, CONS-5).
func withoutScripts(t *testing.T, page *chromium.Tab, a *appliance) {
	a.host("consent", "deny")
	page.Open(a.address)
	page.Do(chromedp.Click(chromedp.CSS(box)))
	page.Follow(update)
	if a.asking {
		page.Says("h2", "About data collection")
		page.Says("main", "License information")
		page.Follow(".answers .quiet")
		page.Says(".state", "Denied since")
		a.wantDecision("denied since")
		page.Do(chromedp.Click(chromedp.CSS(box)))
		page.Follow(update)
		page.Follow(".answers .primary")
	}
	page.Says("[role=status]", "Saved: usage data is sent automatically.")
	a.wantDecision("allowed since")
	for _, entry := range []struct{ link, says string }{
		{"collected", "fields in"}, {"sent", "has accepted, by hour"}, {"preview", "would be sent now"},
		{"waiting", "No documents are waiting"},
		{"journal", "newest first"}, {"decisions", "Change it"}, {"./", "Your choice"},
	} {
		page.Follow(`a[href="` + entry.link + `"]`)
		page.Says("main", entry.says)
	}
	page.Follow(`a[href="collected"]`)
	page.Do(chromedp.Click(chromedp.CSS(".branch summary")))
	const works = `document.querySelector(".branch").open || document.querySelector(".search").checkVisibility()`
	if chromium.Ask[bool](page, works) {
		t.Error("got a category that does not collapse, or a search that does not work")
	}
	page.Follow(`a[href="./"]`)
	page.Do(chromedp.Click(chromedp.CSS(".day summary")))
	page.Says(".hours", "uploaded at")
	page.Follow(update)
	page.Says("[role=status]", "Nothing was changed")
	page.Do(chromedp.Click(chromedp.CSS(box)))
	page.Follow(update)
	a.wantDecision("denied since")
	a.host("consent", "allow", "--yes")
}
