package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// overflowing returns elements that are wider than the page, except those that scroll on their own.
const overflowing = `[...document.querySelectorAll("body *")]
	.filter((e) => !e.closest(".scroll, pre, .skip, svg") && e.checkVisibility() &&
		e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
	.map((e) => e.tagName + "." + e.className)`

// findings returns what axe finds.
const findings = `axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
	.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + n.failureSummary).join("; ")))`

// view is a page, and the actions before it is checked.
type view struct {
	name, path string
	before     []chromedp.Action[chromedp.Void]
}

func views(a *appliance) []view {
	unfold := chromedp.Evaluate[chromedp.Void](
		`document.querySelectorAll("details").forEach((d) => { d.open = true; })`)
	all := []view{{"sent-hours", "sent", nil}, {"sent", "sent?id=last", []chromedp.Action[chromedp.Void]{unfold}}}
	if !a.asking { // the others are alike for both products, and the overview is in the states
		return all
	}
	show := chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog").showModal()`)
	return append(all, []view{
		{"overview", "", nil}, {"overview-unfolded", "", []chromedp.Action[chromedp.Void]{unfold}},
		{"dialog", "", []chromedp.Action[chromedp.Void]{show}}, {"ask", "ask", nil},
		{"collected", "collected", nil}, {"preview-before", "preview", nil}, {"waiting", "waiting", nil},
		{"waiting-one", "waiting?id=" + waitingID, nil},
		{"journal", "journal", nil}, {"failed", "journal?outcome=failed", nil},
		{"withheld", "journal?outcome=withheld", nil},
		{"decisions", "decisions", nil}, {"identity", "identity", nil}, {"nothing", "nothing", nil},
	}...)
}

const waitingID = "waits-20261126t0900z-0w3k8d5r1c9f2h7m4q6t0x5z1b"

// height is how much of a page is checked, by its width: more if it is longer.
var height = map[int64]int64{360: 2200, 768: 1600, 1280: 1300}

func viewport(width int64, scheme string) chromedp.Action[chromedp.Void] {
	return chromium.Like(width, height[width], scheme, "")
}

// checkLook checks the page on a wide and a narrow screen, in light and dark mode: nothing sticks out,
// and axe (which must be in the page) finds nothing. The overview is also checked on a screen between.
func checkLook(t *testing.T, page *chromium.Tab, name string) {
	t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 768, 360} {
			if width == 768 && (scheme == "dark" || !strings.HasSuffix(name, "overview")) {
				continue
			}
			page.Do(viewport(width, scheme))
			if got := chromium.Ask[[]string](page, overflowing); len(got) > 0 {
				t.Errorf("%s %d %s: got elements that stick out, want none: %q", name, width, scheme, got)
			}
			picture, err := chromedp.Run(page.Ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			chromium.Keep(t, fmt.Sprintf("page-%s-%d-%s.png", name, width, scheme), picture)
			// The colors are those of the wide page, and so are the elements of most pages.
			if width != 1280 && (scheme == "dark" || !strings.HasPrefix(name, "state-")) {
				continue
			}
			if got := chromium.Ask[[]string](page, findings); len(got) > 0 {
				t.Errorf("%s %d %s: got findings of axe, want none:\n%s", name, width, scheme, strings.Join(got, "\n"))
			}
		}
	}
}

// checkAllLooks checks all pages.
func checkAllLooks(t *testing.T, page *chromium.Tab, a *appliance, product string) {
	axe := axeCore(t)
	text, err := os.ReadFile(filepath.Join(a.Dir, "analytics.json"))
	if err != nil {
		t.Fatal(err)
	}
	a.addWaiting(waitingID, text)
	a.recordWithheld()
	for _, v := range views(a) {
		page.Do(viewport(1280, "light"))
		page.Open(a.address + "/" + v.path)
		page.Do(v.before...)
		page.Do(chromedp.Evaluate[chromedp.Void](axe))
		checkLook(t, page, product+"-"+v.name)
		if v.name == "nothing" { // the browser reports the 404
			page.Forgive()
		}
		page.Quiet()
	}
}

// axeCore returns axe as test/setup.sh installed it: the version and checksum are in
// package-lock.json.
func axeCore(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: %v; `npm ci` in test/page fetches it, and so does test/setup.sh", err)
	}
	return string(text)
}
