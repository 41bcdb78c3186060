package page_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// COLL-1, VIEW-1: the page of an appliance that sends nothing itself says so, and how documents are
// carried to the collection point, without a finding of axe. A test of the connection connects to
// nothing.
func withoutNetwork(t *testing.T, b context.Context) {
	a := set(t, "dma")
	config, err := os.OpenFile(a.Config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.WriteString("delivery: file\n"); err != nil || config.Close() != nil {
		t.Fatal(err)
	}
	a.serve()
	page := chromium.NewTab(t, b)
	page.Open(a.login)
	page.Do(chromedp.Click(chromedp.CSS(box)))
	page.Follow(update)
	page.Says("[role=status]", "Saved: usage data is collected, and waits for an export.")
	for i := range 43 {
		a.addWaitingOf(time.Duration(i+30) * time.Hour)
	}
	a.host("export", filepath.Join(t.TempDir(), "out.gz"))
	page.Open(a.address)
	for _, says := range []string{"This appliance sends nothing itself.", "43 documents, the newest about",
		"Last receipt", "none yet", "usagedata export --receipt FILE"} {
		page.Says("main", says)
	}
	page.Do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
	checkLook(t, page, "state-by-file")
	page.Open(a.address + "/connection")
	page.Follow("main form button")
	page.Says("[role=status]", "The connection was not tested. Not tried: delivery: file is configured")
	page.Open(a.address + "/journal?outcome=exported")
	page.Says("main", "exported")
	page.Do(viewport(1280, "light"))
	page.Quiet()
}
