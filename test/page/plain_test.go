package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Everything works without script: the dialog is a page then (CONS-2, CONS-5).
func withoutScripts(t *testing.T, page *tab, a *appliance) {
	a.host("consent", "deny")
	page.open(a.address)
	page.do(chromedp.Click(chromedp.CSS(box)))
	page.leads(update)
	if a.asking {
		page.says("h2", "About data collection")
		page.says("main", "License information")
		page.leads(".answers .quiet")
		page.says(".state", "Denied since")
		a.decided("denied since")
		page.do(chromedp.Click(chromedp.CSS(box)))
		page.leads(update)
		page.leads(".answers .primary")
	}
	page.says("[role=status]", "Saved: usage data is sent automatically.")
	a.decided("allowed since")
	for _, room := range []struct{ link, says string }{
		{"collected", "fields in"}, {"sent", "accepted last"}, {"preview", "would be sent now"}, {"waiting", "Nothing waits"},
		{"journal", "newest first"},
		{"journal?outcome=rejected", "never accept"}, {"decisions", "Change it"}, {"./", "Your choice"},
	} {
		page.leads(`a[href="` + room.link + `"]`)
		page.says("main", room.says)
	}
	page.do(chromedp.Click(chromedp.CSS(".day summary")))
	page.says(".hours", "uploaded at")
	page.do(chromedp.Click(chromedp.CSS(box)))
	page.leads(update)
	a.decided("denied since")
	a.host("consent", "allow", "--yes")
}
