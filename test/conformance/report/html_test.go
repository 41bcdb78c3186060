package report_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
	"polycom.com/usagedata/test/conformance/result"
)

const visible = `[...document.querySelectorAll("article")].filter((a) => a.checkVisibility()).length`

// The page in a real browser, opened from disk.
func TestPage(t *testing.T) {
	ctx := chromium.Start(t)
	r := bad(t)
	path := write(t, r)

	t.Run("filter", func(t *testing.T) { filter(t, open(t, ctx, path), r) })
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
		b.do(chromedp.Click(chromedp.CSS(`input[value="fail"]`)),
			chromedp.Click(chromedp.CSS(`.amiss a[href="#collect.once"]`)))
		if _, err := chromedp.Run(b.ctx,
			chromedp.Poll[bool](`document.getElementById("collect.once").checkVisibility()`)); err != nil {
			t.Errorf("got a check that stays hidden: %v", err)
		}
		b.quiet()
	})

	t.Run("looks", func(t *testing.T) { looks(t, open(t, ctx, path)) })
	t.Run("structure", func(t *testing.T) { structure(t, open(t, ctx, path)) })
	t.Run("paper", func(t *testing.T) { paper(t, open(t, ctx, path)) })
}

// filter uses the filter as a person does, and counts what is left to see.
func filter(t *testing.T, b *tab, r result.Result) {
	for _, step := range []struct {
		name string
		does chromedp.Action[chromedp.Void]
		keep func(result.Done) bool
	}{
		{"nothing", chromedp.Steps(), func(result.Done) bool { return true }},
		{"passed is unchecked", chromedp.Click(chromedp.CSS(`input[value="pass"]`)),
			func(d result.Done) bool { return d.Outcome != result.Pass }},
		{"required only", chromedp.SendKeys(chromedp.CSS("#level"), "r"), func(d result.Done) bool {
			return d.Outcome != result.Pass && d.Level == result.Required
		}},
		{"reset", chromedp.Click(chromedp.CSS(`button[type="reset"]`)), func(result.Done) bool { return true }},
		{"words of the evidence and a requirement", chromedp.SendKeys(chromedp.CSS("#search"), "cat-* STEP 9"),
			func(d result.Done) bool { return d.ID == "collect.once" }},
		{"words that nothing has", chromedp.SendKeys(chromedp.CSS("#search"), " zebra"),
			func(result.Done) bool { return false }},
	} {
		b.do(step.does)
		want := len(slices.DeleteFunc(slices.Clone(r.Checks), func(d result.Done) bool { return !step.keep(d) }))
		told := fmt.Sprintf("%d of %d checks shown", want, len(r.Checks))
		if _, err := chromedp.Run(b.ctx,
			chromedp.Poll[bool](fmt.Sprintf("document.getElementById('count').textContent === %q", told))); err != nil {
			t.Fatalf("%s: got %q want %q", step.name, ask[string](b, "document.getElementById('count').textContent"), told)
		}
		if got := ask[int](b, visible); got != want {
			t.Errorf("%s: got %d checks visible want %d", step.name, got, want)
		}
	}
	b.quiet()
}
