package page_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// policy is the address of a page that no browser of these tests must load.
const policy = "https://privacy.example.invalid/policy?lang=en"

// If the profile has grown, the new fields are shown with their description, reason and treatment,
// and are accepted only in the dialog (CONS-2, CONS-5). The page links to the vendor's privacy
// policy, which the profile has now, and does not load it.
func newFields(t *testing.T, browser context.Context, a *appliance) {
	a.host("consent", "allow", "--yes")
	path := filepath.Join(a.Dir, "products", a.product, "profile.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	more := regexp.MustCompile(`(?m)^version: .*`).ReplaceAllString(string(text),
		"version: 99\nprivacy_policy: "+policy)
	more = strings.Replace(more, "    fields:\n",
		"    fields:\n      - {name: gateway, kind: hostname, "+
			"doc: Gateway that the licence server is reached through., why: Shows which networks are planned for.}\n"+
			"      - {name: renewals, kind: count, doc: How often the licence was renewed., "+
			"why: Shows how licences are bought.}\n", 1)
	if err := os.WriteFile(path, []byte(more), 0o644); err != nil {
		t.Fatal(err)
	}
	a.serve()
	page := chromium.NewTab(t, browser)
	page.Open(a.login)
	page.Says(".additions", "are not accepted yet, and stay unsent")
	page.Says(".additions", "Gateway that the licence server is reached through.")
	page.Do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
	checkLook(t, page, a.product+"-new-fields")
	page.Do(viewport(1280, "light"), chromedp.Click(chromedp.CSS(".additions .button")))
	page.Says("dialog", "renewals")
	page.Says("dialog .policy a", policy)
	page.Says(".choice a[target]", policy)
	const loaded = `performance.getEntriesByType("resource").filter((e) => !e.name.startsWith(location.origin)).length`
	if got := chromium.Ask[int](page, loaded); got != 0 {
		t.Errorf("got %d files of other sites, want none", got)
	}
	checkLook(t, page, a.product+"-new-fields-dialog")
	page.Do(chromedp.Click(chromedp.CSS("dialog .quiet")))
	page.Open(a.address)
	page.Says(".additions", "gateway") // Cancel accepts nothing
	page.Do(chromedp.Click(chromedp.CSS(".additions .button")))
	page.Follow("dialog .primary")
	page.Says("[role=status]", "Saved")
	if page.Text(".additions") != "" {
		t.Error("after Update: got fields that are not accepted want none")
	}
	page.Quiet()
}
