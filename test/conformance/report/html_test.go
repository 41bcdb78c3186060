package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
	"polycom.com/usagedata/test/conformance/result"
)

const visible = `[...document.querySelectorAll("article")].filter((a) => a.checkVisibility()).length`

// The page in a real browser, opened from disk.
func TestHTMLReportInABrowser(t *testing.T) {
	ctx := chromium.Start(t)
	r := bad(t)
	path := write(t, r)

	t.Run("filter", func(t *testing.T) { filter(t, open(t, ctx, path), r) })
	t.Run("without script", func(t *testing.T) {
		b := open(t, ctx, path, chromium.WithoutScript())
		if got := chromium.Ask[int](b.Tab, visible); got != len(r.Checks) {
			t.Errorf("got %d checks visible want all %d", got, len(r.Checks))
		}
		if chromium.Ask[bool](b.Tab, `document.getElementById("filter").checkVisibility()`) {
			t.Error("got a filter that can't work, want none")
		}
		b.quiet(t)
	})

	t.Run("a link to a check that is filtered away", func(t *testing.T) {
		b := open(t, ctx, path)
		b.Do(chromedp.Click(chromedp.CSS(`input[value="fail"]`)),
			chromedp.Click(chromedp.CSS(`.notpassed a[href="#collect.once"]`)))
		if !b.Becomes(`document.getElementById("collect.once").checkVisibility()`) {
			t.Error("got a check that stays hidden")
		}
		b.quiet(t)
	})

	t.Run("looks", func(t *testing.T) { looks(t, open(t, ctx, path)) })
	t.Run("structure", func(t *testing.T) { structure(t, open(t, ctx, path)) })
	t.Run("paper", func(t *testing.T) { paper(t, open(t, ctx, path)) })
}

// tab is the page in a tab of its own, with the addresses that the browser requested for it.
type tab struct {
	*chromium.Tab
	mu        sync.Mutex
	requested []string
}

// open opens a file, after the actions that prepare the tab.
func open(t *testing.T, browser context.Context, path string, before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	b := &tab{Tab: chromium.NewTab(t, browser, before...)}
	if err := chromedp.Listen(b.Ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))
	b.Open("file://" + path)
	return b
}

func (b *tab) hear(event any) {
	if e, is := event.(*network.EventRequestWillBeSent); is {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.requested = append(b.requested, e.Request.URL)
	}
}

// quiet fails if the browser reported an error, or requested anything but the file.
func (b *tab) quiet(t *testing.T) {
	t.Helper()
	b.Quiet()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.requested) != 1 || !strings.HasPrefix(b.requested[0], "file:///") {
		t.Errorf("got requests %q want the file alone", b.requested)
	}
}

// filter uses the filter as a user does, and counts the visible checks.
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
		b.Do(step.does)
		want := len(slices.DeleteFunc(slices.Clone(r.Checks), func(d result.Done) bool { return !step.keep(d) }))
		shown := fmt.Sprintf("%d of %d checks shown", want, len(r.Checks))
		if !b.Becomes(fmt.Sprintf("document.getElementById('count').textContent === %q", shown)) {
			t.Fatalf("%s: got %q want %q", step.name, b.Text("#count"), shown)
		}
		if got := chromium.Ask[int](b.Tab, visible); got != want {
			t.Errorf("%s: got %d checks visible want %d", step.name, got, want)
		}
	}
	b.quiet(t)
}
