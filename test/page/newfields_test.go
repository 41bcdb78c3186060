package page_test

import (
	"context"
	"errors"
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
		"version: 99\nlogo: logo.svg\nprivacy_policy: "+policy)
	more = strings.Replace(more, "    fields:\n",
		"    fields:\n      - {name: gateway, kind: hostname, "+
			"doc: Gateway that the licence server is reached through., why: Shows which networks are planned for.}\n"+
			"      - {name: renewals, kind: count, doc: How often the licence was renewed., "+
			"why: Shows how licences are bought.}\n", 1)
	image := filepath.Join(filepath.Dir(path), "logo.svg")
	if err := errors.Join(os.WriteFile(path, []byte(more), 0o644),
		os.WriteFile(image, []byte(logo), 0o644)); err != nil {
		t.Fatal(err)
	}
	a.serve()
	page := chromium.NewTab(t, browser)
	page.Open(a.login)
	const images = `[...document.images].map((i) => i.naturalWidth + " " + i.currentSrc).join()`
	if got := chromium.Ask[string](page, images); got !=
		"120 "+a.address+"/logo" {
		t.Errorf("got the images %s want the logo", got)
	}
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
	page.Open(a.address + "/logo")
	if chromium.Ask[bool](page, `document.documentElement.hasAttribute("class")`) {
		t.Error("got the logo's script executed")
	}
	page.Forgive() // the browser reports the script that it did not run
}

// logo is the logo of a product whose vendor was careless: it holds a script.
const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" onload="this.setAttribute('class', 'x')">
<style>rect { fill: #b4232a }</style><rect width="120" height="40" rx="6"/>
<text x="60" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">ACME</text>
<script>document.documentElement.setAttribute("class", "x")</script></svg>`
