package frontend_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// tab is a browser's only tab, and what the browser complained of.
type tab struct {
	t    *testing.T
	ctx  context.Context
	mu   sync.Mutex
	said []string
}

func newTab(t *testing.T) *tab {
	t.Helper()
	b := &tab{t: t, ctx: chromium.Start(t)}
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.said = append(b.said, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "exception: "+e.ExceptionDetails.Text)
	}
}

// forget forgets the complaints until now.
func (b *tab) forget() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.said
	b.said = nil
	return said
}

func (b *tab) quiet() {
	b.t.Helper()
	if said := b.forget(); len(said) > 0 {
		b.t.Errorf("got complaints of the browser, want none:\n%s", strings.Join(said, "\n"))
	}
}

func (b *tab) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, 30*time.Second)
}

func (b *tab) open(address string) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		b.t.Fatalf("open %s: %v", address, err)
	}
}

// login has the browser know the administrator. The page itself can't ask anything at an address that holds a password.
func (b *tab) login(f *front) {
	b.t.Helper()
	b.open(strings.Replace(f.address, "://", "://"+administrator+":"+password+"@", 1))
	b.await(`document.readyState === "complete"`)
	b.open("about:blank")
	b.forget()
}

func (b *tab) click(selectors ...string) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	for _, selector := range selectors {
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
			b.t.Fatalf("click %s: %v", selector, err)
		}
	}
}

// arrives does what leads to another page and waits until that is loaded.
func (b *tab) arrives(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, action); err != nil {
		b.t.Fatal(err)
	}
}

// await waits until something is so on the page, whichever page that is by then.
func (b *tab) await(expression string) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	for ctx.Err() == nil {
		if so, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && so {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	b.t.Fatalf("%s: never; the page says %q", expression, ask[string](b, `document.body.innerText`))
}

// ask is what an expression is in the page; a promise is waited for.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return got
}
