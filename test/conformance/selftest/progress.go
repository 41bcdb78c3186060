package selftest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// progress is how far a self-test is.
type progress struct {
	mu    sync.Mutex
	of    int
	ended int
	now   []string // names of the plugins that are tried
	began time.Time
}

func (p *progress) begin(plugin string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = append(p.now, plugin)
}

func (p *progress) end(plugin string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended++
	p.now = slices.DeleteFunc(p.now, func(name string) bool { return name == plugin })
}

func (p *progress) line(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%d of %d plugins, %v  %s", p.ended, p.of, now.Sub(p.began).Truncate(time.Second),
		strings.Join(p.now, ", "))
}

// show calls to with the line every second, until stop is called, and then with "".
func (p *progress) show(to func(line string)) (stop func()) {
	if to == nil {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		seconds := time.NewTicker(time.Second)
		defer seconds.Stop()
		for {
			select {
			case now := <-seconds.C:
				to(p.line(now))
			case <-end:
				to("")
				return
			}
		}
	}()
	return func() { close(end); <-ended }
}
