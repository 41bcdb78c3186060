package chromium

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Limits on waiting: they fail a test that would hang, and measure nothing.
const (
	patience        = 30 * time.Second
	arrivalPatience = 60 * time.Second
)

// Tab is one tab of a browser, with the browser's complaints about its pages.
type Tab struct {
	Ctx context.Context // of the tab, for actions without a method here

	t          *testing.T
	mu         sync.Mutex
	complaints []string // errors, exceptions, violations of the content policy, and console output
}

// NewTab opens a [Tab], after the actions that prepare it.
func NewTab(t *testing.T, browser context.Context, before ...chromedp.Action[chromedp.Void]) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	b := &Tab{Ctx: ctx, t: t}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.Do(before...)
	return b
}

func (b *Tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console."+string(e.Type))
	}
}

// Forgive returns and clears the complaints so far. A test calls it after it has provoked one.
func (b *Tab) Forgive() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	complaints := b.complaints
	b.complaints = nil
	return complaints
}

// Quiet fails the test if [Tab.Forgive] returns complaints.
func (b *Tab) Quiet() {
	b.t.Helper()
	if complaints := b.Forgive(); len(complaints) > 0 {
		b.t.Errorf("got complaints of the browser, want none:\n%s", strings.Join(complaints, "\n"))
	}
}

// Do performs the actions.
func (b *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Open loads a page.
func (b *Tab) Open(address string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(address))
}

// Click clicks on one element after another.
func (b *Tab) Click(selectors ...string) {
	b.t.Helper()
	for _, selector := range selectors {
		b.Do(chromedp.Click(chromedp.CSS(selector)))
	}
}

// Arrive performs an action that leads to another page and waits until that page is loaded.
func (b *Tab) Arrive(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, arrivalPatience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		b.t.Fatal(err)
	}
}

// Follow clicks on an element that leads to another page.
func (b *Tab) Follow(selector string) {
	b.t.Helper()
	b.Arrive(chromedp.Click(chromedp.CSS(selector)))
}

// Ask evaluates an expression in the page; a promise is awaited.
func Ask[T any](b *Tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// Becomes reports whether an expression becomes true. It waits, because a page handles an event
// some time after it was sent.
func (b *Tab) Becomes(expression string) bool {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	is, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
	return err == nil && is
}

// Await waits until an expression is true in the page, whichever page is loaded by then.
func (b *Tab) Await(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && is {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	b.t.Fatalf("%s: never; the page says %q", expression, Ask[string](b, `document.body.innerText`))
}

// Text returns the visible text of an element, or "" if there is no such element.
func (b *Tab) Text(selector string) string {
	b.t.Helper()
	return Ask[string](b, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector))
}

// Says fails the test if the text of the element does not contain want.
func (b *Tab) Says(selector, want string) {
	b.t.Helper()
	if got := b.Text(selector); !strings.Contains(got, want) {
		b.t.Errorf("%s: got %q want …%s…", selector, got, want)
	}
}

// Like sets the page's size, color scheme, and medium: screen or print.
func Like(width, height int64, scheme, media string) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.EmulateViewport(width, height),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}))
}

// WithoutScript disables scripts.
func WithoutScript() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}
