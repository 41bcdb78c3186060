package report

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// sticksOut finds the elements that are wider than the page's column.
const sticksOut = `(() => { const right = document.querySelector("header").getBoundingClientRect().right;
	return [...document.querySelectorAll("main *, header *")].filter((e) => e.getBoundingClientRect().right > right + 0.5).map((e) => e.tagName + "." + e.className);
})()`

// looks renders the page on three screens, in light and dark mode, and fails if anything sticks out
// or is hard to read.
func looks(t *testing.T, b *tab) {
	contrast, err := os.ReadFile("testdata/contrast.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{390, 900, 1400} {
		for _, scheme := range []string{"light", "dark"} {
			b.Do(chromium.Like(width, 900, scheme, "screen"))
			if got := chromium.Ask[[]string](b.Tab, sticksOut); len(got) > 0 {
				t.Errorf("%d %s: got elements that stick out, want none: %q", width, scheme, got)
			}
			if got := chromium.Ask[[]string](b.Tab, string(contrast)); len(got) > 0 {
				t.Errorf("%d %s: got texts of too little contrast, want none: %q", width, scheme, got)
			}
			picture, err := chromedp.Run(b.Ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			chromium.Keep(t, fmt.Sprintf("report-%d-%s.png", width, scheme), picture)
		}
	}
	b.quiet(t)
}

// structure tests the parts that a screen reader and a keyboard depend on.
func structure(t *testing.T, b *tab) {
	for what, expression := range map[string]string{
		"fields without a label":   `[...document.querySelectorAll("input,select")].filter((f) => f.labels.length !== 1).length`,
		"ids that are there twice": `(() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.length - new Set(ids).size; })()`,
		"headings that skip a level": `(() => { const h = [...document.querySelectorAll("h1,h2,h3,h4")].map((e) => +e.tagName[1]);
			return h.filter((level, i) => level > (h[i - 1] ?? 0) + 1).length; })()`,
		"links that lead nowhere": `[...document.querySelectorAll("a")].filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length`,
		"pictures without words":  `[...document.querySelectorAll("img,svg")].filter((i) => !i.getAttribute("aria-label")).length`,
		"evidence of failures that is closed": `[...document.querySelectorAll('[data-outcome="fail"] details, [data-outcome="error"] details')]
			.filter((d) => !d.open).length`,
		"mute counts": `document.querySelectorAll("#count:not([aria-live])").length`,
	} {
		if got := chromium.Ask[int](b.Tab, expression); got != 0 {
			t.Errorf("got %d %s want 0", got, what)
		}
	}
	b.quiet(t)
}

// paper tests the printed page: it has no filter and shows all evidence, even if it is folded on
// the screen.
func paper(t *testing.T, b *tab) {
	const folded = `[...document.querySelectorAll(".evidence li")].filter((line) => !line.checkVisibility()).length`
	if got := chromium.Ask[int](b.Tab, folded); got != 2 {
		t.Errorf("got %d lines of evidence folded on the screen want 2", got)
	}
	b.Do(chromium.Like(900, 900, "light", "print"))
	if got := chromium.Ask[int](b.Tab, folded); got != 0 {
		t.Errorf("got %d lines of evidence folded on paper want 0", got)
	}
	if chromium.Ask[bool](b.Tab, `document.getElementById("filter").checkVisibility()`) {
		t.Error("got a filter on paper want none")
	}
	pdf, err := chromedp.Run(b.Ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		t.Fatal(err)
	}
	chromium.Keep(t, "report.pdf", pdf)
}
