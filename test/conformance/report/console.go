package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/test/conformance/result"
)

// Console shows the findings of a run while it is running: a line for each topic, each failure in
// full as soon as it is known, and at the end the counts and the verdict.
type Console struct {
	mu      sync.Mutex
	page    page
	began   time.Time
	of      int // number of checks
	ended   int
	failed  int
	playing []string   // scenes that are played now
	current topicGroup // checks of the current topic
	// why the check that was shown last could not be judged: one reason may stop many
	lastError string
}

// NewConsole returns a [Console] that writes to w. On a terminal it shows progress in one live
// line, and colors unless NO_COLOR is set; elsewhere it writes plain lines only.
func NewConsole(w io.Writer, terminal bool) *Console { return &Console{page: newPage(w, terminal)} }

// Begin prints the tested product and the number of checks, of a run that begins.
func (c *Console) Begin(r result.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r = shown(r)
	c.began, c.of = r.Started, len(r.Checks)
	checks := number(c.of, "check", "checks")
	if r.Partial {
		left := func(d result.Done) bool { return d.Says == result.NotSelected }
		checks = fmt.Sprintf("%d of %s", len(slices.DeleteFunc(slices.Clone(r.Checks), left)), checks)
	}
	if r.Receiver != nil {
		c.page.wrapped("", fmt.Sprintf("%s, product %s: %s", r.Receiver.URL, r.Receiver.Product, checks))
		c.page.wrapped("", "test documents, each with lab: true and the system "+r.Receiver.System)
	} else {
		c.page.wrapped("", fmt.Sprintf("%s (%s), profile %d: %s", r.Product.Name, r.Product.ID, r.Product.Profile,
			checks))
		c.page.wrapped("", "sha256 "+r.Product.Sum)
	}
	c.page.line("")
	c.progress()
}

// Playing shows the scenes that are played now.
func (c *Console) Playing(scenes []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.playing = scenes
	c.progress()
}

// Tick shows the time since the beginning; call it every second.
func (c *Console) Tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress()
}

// Done shows a check that has ended.
func (c *Console) Done(d result.Done) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d = shownDone(d)
	if d.Topic != c.current.Name {
		c.endTopic()
		c.current.Name = d.Topic
	}
	c.current.Checks = append(c.current.Checks, d)
	c.ended++
	switch outcome(d) {
	case result.Pass, result.Skip, result.NotApplicable:
	default:
		c.failure(d)
	}
	c.progress()
}

// endTopic sums up the current topic, if there is one.
func (c *Console) endTopic() {
	if len(c.current.Checks) > 0 {
		c.page.wrapped("  ", fmt.Sprintf("%-16s %-46s %10s", c.current.Name, c.current.summary(),
			took(c.current.took())))
	}
	c.current = topicGroup{}
}

// failure shows a check that did not pass, and how to repeat it.
func (c *Console) failure(d result.Done) {
	c.failed++
	if d.Outcome == result.Error && d.Says == c.lastError {
		c.page.wrapped("", c.page.paint(tone(d), word(outcome(d)))+"  "+d.ID+"  "+string(d.Level)+
			", for the same reason")
		return
	}
	c.lastError = ""
	if d.Outcome == result.Error {
		c.lastError = d.Says
	}
	c.page.line("")
	c.page.line(c.page.paint(tone(d), word(outcome(d))) + "  " + c.page.paint(bold, d.ID) + "  " + string(d.Level))
	const indent = "    "
	c.page.wrapped(indent, "must hold: "+d.Holds)
	c.page.wrapped(indent, "says: "+d.Says)
	if len(d.Evidence) > 0 {
		c.page.line(indent + "evidence:")
	}
	for _, e := range d.Evidence {
		c.page.wrapped(indent+"  ", e)
	}
	if d.Waiver != nil {
		c.page.wrapped(indent, "waived until "+d.Waiver.Expires+": "+d.Waiver.Reason)
	}
	if d.Repeat != "" {
		c.page.line(indent + "repeat: " + d.Repeat) // not wrapped, so that it can be copied
	}
	c.page.line("")
}

// tone returns the color of a check that did not pass: red if it affects the verdict.
func tone(d result.Done) color {
	if outcome(d) == waived || outcome(d) == result.Fail && d.Level == result.Recommended {
		return yellow
	}
	return red
}

// progress rewrites the live line: how far the run is, for how long it has run, and the scenes that
// are played now.
func (c *Console) progress() {
	if c.of == 0 {
		return // it has not begun, or has ended
	}
	const cells = 24
	full := cells * min(c.ended, c.of) / max(c.of, 1)
	text := fmt.Sprintf("[%-*s] %d of %d, %s", cells, strings.Repeat("=", full), c.ended, c.of,
		took(time.Since(c.began).Truncate(time.Second)))
	if c.failed > 0 {
		text += fmt.Sprintf(", %d not passed", c.failed)
	}
	c.page.live(text + "  " + strings.Join(c.playing, ", "))
}

// End shows the counts, the problems outside the checks, and the verdict.
func (c *Console) End(r result.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r = shown(r)
	c.endTopic()
	c.of = 0
	c.page.line("")
	c.table(r.Checks)
	for _, p := range r.Problems {
		c.page.wrapped("", c.page.paint(red, "problem")+": "+p)
	}
	if len(r.Problems) > 0 {
		c.page.line("")
	}
	if r.Receiver != nil {
		c.page.wrapped("", fmt.Sprintf("%s, took %s", number(r.Receiver.Documents, "test document was accepted",
			"test documents were accepted"), took(r.Took.Round(time.Millisecond))))
	} else {
		c.page.wrapped("", fmt.Sprintf("seed %d, took %s", r.Seed, took(r.Took.Round(time.Millisecond))))
	}
	c.page.wrapped("", c.page.verdict(r))
}

// table counts the outcomes, separately for required and recommended checks.
func (c *Console) table(checks []result.Done) {
	row := func(name string, ended func(result.Outcome) bool) {
		c.page.line(fmt.Sprintf("  %-16s %10d %13d", name, count(checks, result.Required, ended),
			count(checks, result.Recommended, ended)))
	}
	c.page.line(fmt.Sprintf("  %-16s %10s %13s", "", "required", "recommended"))
	for _, e := range outcomes {
		row(e.Word, is(e.Outcome))
	}
	row("all", func(result.Outcome) bool { return true })
	c.page.line("")
}
