package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/conformance/result"
)

const visible = `[...document.querySelectorAll("article")].filter((a) => a.checkVisibility()).length`

// sticksOut names what is wider than the page's column.
const sticksOut = `(() => { const right = document.querySelector("header").getBoundingClientRect().right;
	return [...document.querySelectorAll("main *, header *")].filter((e) => e.getBoundingClientRect().right > right + 0.5).map((e) => e.tagName + "." + e.className);
})()`

// The page in a real browser, opened from disk.
func TestPage(t *testing.T) {
	ctx := browser(t)
	r := bad(t)
	path := write(t, r)

	t.Run("filter", func(t *testing.T) {
		b := open(t, ctx, path)
		for _, step := range []struct {
			name string
			does chromedp.Action[chromedp.Void]
			keep func(result.Done) bool
		}{
			{"nothing", chromedp.Steps(), func(result.Done) bool { return true }},
			{"passed is unchecked", chromedp.Click(chromedp.CSS(`input[value="pass"]`)), func(d result.Done) bool { return d.Outcome != result.Pass }},
			{"required only", chromedp.SendKeys(chromedp.CSS("#level"), "r"), func(d result.Done) bool {
				return d.Outcome != result.Pass && d.Level == result.Required
			}},
			{"reset", chromedp.Click(chromedp.CSS(`button[type="reset"]`)), func(result.Done) bool { return true }},
			{"words of the evidence and a requirement", chromedp.SendKeys(chromedp.CSS("#search"), "cat-* STEP 9"), func(d result.Done) bool { return d.ID == "collect.once" }},
			{"words that nothing has", chromedp.SendKeys(chromedp.CSS("#search"), " zebra"), func(result.Done) bool { return false }},
		} {
			b.do(step.does)
			want := len(slices.DeleteFunc(slices.Clone(r.Checks), func(d result.Done) bool { return !step.keep(d) }))
			told := fmt.Sprintf("%d of %d checks shown", want, len(r.Checks))
			if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](fmt.Sprintf("document.getElementById('count').textContent === %q", told))); err != nil {
				t.Fatalf("%s: got %q want %q", step.name, ask[string](b, "document.getElementById('count').textContent"), told)
			}
			if got := ask[int](b, visible); got != want {
				t.Errorf("%s: got %d checks visible want %d", step.name, got, want)
			}
		}
		b.quiet()
	})

	t.Run("without script", func(t *testing.T) {
		b := open(t, ctx, path, withoutScript())
		if got := ask[int](b, visible); got != len(r.Checks) {
			t.Errorf("got %d checks visible want all %d", got, len(r.Checks))
		}
		if ask[bool](b, `document.getElementById("filter").checkVisibility()`) {
			t.Error("got a filter that can't work, want none")
		}
		b.quiet()
	})

	t.Run("a link to a check that is filtered away", func(t *testing.T) {
		b := open(t, ctx, path)
		b.do(chromedp.Click(chromedp.CSS(`input[value="fail"]`)), chromedp.Click(chromedp.CSS(`.amiss a[href="#collect.once"]`)))
		if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](`document.getElementById("collect.once").checkVisibility()`)); err != nil {
			t.Errorf("got a check that stays hidden: %v", err)
		}
		b.quiet()
	})

	t.Run("looks", func(t *testing.T) { looks(t, open(t, ctx, path)) })
	t.Run("structure", func(t *testing.T) { structure(t, open(t, ctx, path)) })
	t.Run("paper", func(t *testing.T) { paper(t, open(t, ctx, path)) })
}

// looks takes a picture of the page on three screens, by day and by night. On none of them anything sticks out or is hard to read.
func looks(t *testing.T, b *tab) {
	contrast, err := os.ReadFile("testdata/contrast.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{390, 900, 1400} {
		for _, scheme := range []string{"light", "dark"} {
			b.do(like(width, scheme, "screen"))
			if got := ask[[]string](b, sticksOut); len(got) > 0 {
				t.Errorf("%d %s: got elements that stick out, want none: %q", width, scheme, got)
			}
			if got := ask[[]string](b, string(contrast)); len(got) > 0 {
				t.Errorf("%d %s: got texts of too little contrast, want none: %q", width, scheme, got)
			}
			picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			keep(t, fmt.Sprintf("report-%d-%s.png", width, scheme), picture)
		}
	}
	b.quiet()
}

// structure is what a screen reader and a keyboard go by.
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
		if got := ask[int](b, expression); got != 0 {
			t.Errorf("got %d %s want 0", got, what)
		}
	}
	b.quiet()
}

// paper has no filter, and shows all evidence: also that which is folded on the screen, by its style alone.
func paper(t *testing.T, b *tab) {
	const folded = `[...document.querySelectorAll(".evidence li")].filter((line) => !line.checkVisibility()).length`
	if got := ask[int](b, folded); got != 2 {
		t.Errorf("got %d lines of evidence folded on the screen want 2", got)
	}
	b.do(like(900, "light", "print"))
	if got := ask[int](b, folded); got != 0 {
		t.Errorf("got %d lines of evidence folded on paper want 0", got)
	}
	if ask[bool](b, `document.getElementById("filter").checkVisibility()`) {
		t.Error("got a filter on paper want none")
	}
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "report.pdf", pdf)
}

// keep writes a file where the environment says that people want to look at it.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	folder := os.Getenv("USAGEDATA_ARTEFACTS")
	if folder == "" {
		folder = t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
