package cycle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/decision"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

var acme = profile.Profile{
	ID: "acme", Name: "Acme One", Version: 1,
	Limits: profile.Limits{Document: 100_000, Hour: 100_000, Spool: 300_000},
	Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: kind.Count}}},
		{Name: "system", Fields: []profile.Field{{Name: "node", Kind: kind.Hostname}}},
	},
}

const node = "core-01.corp.example.com"

// collector is a [Collector] that answers as the plugin of the acme product would.
type collector struct {
	asked int
	fails error
	none  bool   // nothing arrives
	while func() // happens in mid-collect
	takes func(context.Context)
	more  []usage.Observation

	says     *pluginhost.Carryover   // at the end of each collect
	reminded []*pluginhost.Carryover // in each collect

	counts counters.Counters   // at the end of each collect
	former []counters.Counters // in each collect

	leftOut [][]string // in each collect
}

func (p *collector) Collect(ctx context.Context, _ usage.Period, leftOut []string,
	former pluginhost.Former) (pluginhost.Collected, error) {
	p.asked++
	p.leftOut = append(p.leftOut, leftOut)
	p.reminded, p.former = append(p.reminded, former.Carryover), append(p.former, former.Counters)
	if p.while != nil {
		p.while()
	}
	if p.takes != nil {
		p.takes(ctx)
	}
	if p.none {
		return pluginhost.Collected{}, p.fails
	}
	observations := []usage.Observation{
		{Category: "counts", Field: usage.Raw("users"), Value: usage.Raw(int64(12))},
		{Category: "system", Field: usage.Raw("node"), Value: usage.Raw(node)},
	}
	return pluginhost.Collected{
		Version:      usage.Raw("1.2.3"),
		Carryover:    p.says,
		Counters:     p.counts,
		Observations: append(observations, p.more...),
	}, p.fails
}

// line is the [Sender] of these tests: it gives the prepared answers and records the documents that
// it was given.
type line struct {
	answers []error // one per document, then nil
	sent    []string
	bodies  map[string][]byte
	while   func()
	during  func(context.Context) error // called during the upload; its error is the answer
}

func (*line) HangUp() {}

func (l *line) Send(ctx context.Context, id string, body []byte, _ bool) error {
	if l.while != nil {
		l.while()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var answer error
	if len(l.answers) > 0 {
		answer, l.answers = l.answers[0], l.answers[1:]
	}
	l.sent = append(l.sent, id)
	if l.bodies == nil {
		l.bodies = map[string][]byte{}
	}
	if earlier, ok := l.bodies[id]; ok && string(earlier) != string(body) {
		return fmt.Errorf("other bytes under %s", id)
	}
	l.bodies[id] = body
	if l.during != nil {
		return l.during(ctx)
	}
	return answer
}

// appliance sets up a [Cycle] over real stores in a folder.
type appliance struct {
	*Cycle
	product *collector
	line    *line
	now     time.Time
	dir     string
	disk    durable.Disk

	jitter func(time.Duration) time.Duration
	alive  func()
	rest   func()
	wake   func()
}

// withoutEvents is a [durable.Disk] on which the kernel reports no changes, because time must pass
// in a bubble.
type withoutEvents struct{ durable.Disk }

func newAppliance(t *testing.T) *appliance { return newApplianceOn(t, withoutEvents{durable.OS{}}) }

func newApplianceOn(t *testing.T, disk durable.Disk) *appliance {
	t.Helper()
	return newApplianceIn(t, t.TempDir(), disk)
}

// newApplianceIn is newApplianceOn in a folder that may have the state of an earlier process.
func newApplianceIn(t *testing.T, dir string, disk durable.Disk) *appliance {
	t.Helper()
	a := &appliance{product: &collector{}, line: &line{}, now: time.Date(2026, 3, 1, 13, 20, 0, 0, time.UTC),
		dir: dir, disk: disk, jitter: rand.N[time.Duration]}
	stores, err := a.folders().Open(acme.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	a.Cycle = &Cycle{
		Stores: stores, Profile: acme, Version: "1.0.0", Collector: a.product, Sender: a.line, Names: namesOf(t),
		Wire:   func() (int64, int64) { return 0, 0 },
		Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute},
		Log:    hclog.NewNullLogger(), Now: func() time.Time { return a.now },
	}
	return a
}

func (a *appliance) folders() statelayout.Folders {
	return statelayout.Folders{Disk: a.disk, State: a.dir, Log: a.dir,
		Analytics: filepath.Join(a.dir, "analytics.json"), History: sent.Bounds{Days: 30, Size: 20 << 20}}
}

func (a *appliance) service(slot time.Duration) Service {
	return Service{Cycle: a.Cycle, Slot: slot, Jitter: a.jitter, Alive: a.alive, Rest: a.rest, Wake: a.wake}
}

func (a *appliance) keyFile() string { return filepath.Join(a.dir, "key") }

// namesOf returns a function that reads the names of a small appliance.
func namesOf(t *testing.T) func() (anonymize.Names, error) {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"hosts":    "127.0.0.1 localhost\n10.33.7.21 " + node + "\n",
		"hostname": node + "\n",
		"passwd":   "root:x:0:0:root:/root:/bin/sh\n",
	} {
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return func() (anonymize.Names, error) { return anonymize.Appliance(root) }
}

func (a *appliance) decide(t *testing.T, choice consent.Choice) {
	t.Helper()
	d := consent.Decision{Choice: choice, Time: time.Now(), Actor: "a tester"}
	if err := decision.Decide(d, a.Records); err != nil {
		t.Fatal(err)
	}
}

// outcomes lists the outcomes of documents in the journal, in order.
func (a *appliance) outcomes(t *testing.T) []string {
	t.Helper()
	lines, err := a.Journal.Last(1000)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, l := range lines {
		if l.Outcome != journal.Decided {
			words = append(words, string(l.Outcome))
		}
	}
	return words
}

func (a *appliance) waiting(t *testing.T) int {
	t.Helper()
	entries, err := a.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// VIEW-1, ANON-1, SEND-1: the ordinary case. The document that is shown is the one that was sent,
// and the appliance's host name is not in it.
func TestRunSendsOneDocumentAnHour(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	result, err := a.Run(t.Context())
	if err != nil || result.Outcome != journal.Uploaded {
		t.Fatalf("got %s, %v", result.Outcome, err)
	}
	shown, err := os.ReadFile(a.Analytics.Path())
	if err != nil || string(shown) != string(a.line.bodies[result.Made.ID]) {
		t.Errorf("analytics.json is not what was sent: %v", err)
	}
	if strings.Contains(string(shown), node) || !strings.Contains(string(shown), `"users": 12`) {
		t.Errorf("document:\n%s", shown)
	}
	if result, err = a.Run(t.Context()); err != nil || result.Outcome != "" || a.product.asked != 1 {
		t.Errorf("second run in the hour: got %s, %v, asked %d times", result.Outcome, err, a.product.asked)
	}
	a.now = a.now.Add(time.Hour)
	if result, err = a.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
		t.Errorf("next hour: got %s, %v", result.Outcome, err)
	}
	want := []string{"spooled", "uploaded", "spooled", "uploaded"}
	if got := a.outcomes(t); !slices.Equal(got, want) {
		t.Errorf("journal: got %v want %v", got, want)
	}
	if len(a.line.sent) != 2 || a.line.sent[0] == a.line.sent[1] {
		t.Errorf("sent: got %v want two documents", a.line.sent)
	}
}

// SEND-4: bytes that an upload has booked but not used can be used by the next process in this
// hour.
func TestUnusedBytesAreReturnedToTheBudget(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.line.while = func() {
		if err := a.Budget.Reserve(a.now, 10); err != nil {
			t.Error(err)
		}
	}
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	stores, err := a.folders().Open(acme.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatal(err)
	}
	if got := stores.Budget.Spent(a.now); got != 10 {
		t.Errorf("got %d bytes spent, want 10", got)
	}
}

// VIEW-1: a document that was accepted but could not be recorded is not shown either. It waits, and
// is sent again under its id.
func TestUnrecordedUploadIsNotShown(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	whole := a.Journal
	a.Journal = journal.Open(durable.OS{}, filepath.Join(a.dir, "nowhere", "journal.jsonl"))
	if _, err := a.Run(t.Context()); err == nil || a.waiting(t) != 1 {
		t.Errorf("got %v and %d waiting, want an error and the document", err, a.waiting(t))
	}
	if _, err := a.Analytics.Read(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("analytics.json: got %v, want none", err)
	}
	a.Journal = whole
	if result, err := a.Run(t.Context()); err != nil || result.Outcome != journal.Uploaded {
		t.Errorf("again: got %s, %v", result.Outcome, err)
	}
	if _, err := a.Analytics.Read(); err != nil {
		t.Errorf("analytics.json: got %v, want the document", err)
	}
}

// CONS-2: a withdrawal ends the cycle wherever it is, and leaves no document and no key.
func TestWithdrawal(t *testing.T) {
	for _, at := range []string{"collect", "upload"} {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			withdraw := func() {
				a.decide(t, consent.Denied)
				<-time.After(time.Second)
			}
			if at == "collect" {
				a.product.while = withdraw
			} else {
				a.line.while = withdraw
			}
			result, err := a.Run(t.Context())
			if result.Outcome != journal.Declined || len(a.line.sent) != 0 {
				t.Errorf("in mid-%s: got %s, %v, sent %v", at, result.Outcome, err, a.line.sent)
			}
			if got := a.waiting(t); got != 0 {
				t.Errorf("in mid-%s: waiting: got %d want 0", at, got)
			}
			if _, err := os.Stat(a.keyFile()); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("in mid-%s: the key is still there", at)
			}
		})
	}
}

// SEND-3, SEND-5: during the blackout even the plugin is not started.
func TestBlackout(t *testing.T) {
	for _, minute := range []int{55, 57, 60, 62, 65} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.now = a.now.Truncate(time.Hour).Add(time.Duration(minute) * time.Minute)
		result, err := a.Run(t.Context())
		if result.Outcome != journal.Deferred || !errors.Is(err, ErrBlackout) || a.product.asked != 0 {
			t.Errorf("minute %d: got %s, %v, asked %d times", minute, result.Outcome, err, a.product.asked)
		}
	}
}

// SEND-3, SEND-5, T1: if the time zone is unknown, or while the clock was never set, even the
// plugin is not started, neither by a cycle nor by the service that a timer starts, and the
// customer reads why.
func TestUnknownClock(t *testing.T) {
	run := func(a *appliance) (Result, error) { return a.Run(t.Context()) }
	serve := func(a *appliance) (Result, error) { return a.service(0).ServeHour(t.Context()) }
	noZone := func(now time.Time) time.Time { return now.In(window.UnknownZone) }
	unset := func(now time.Time) time.Time { return now.AddDate(-1, 0, 0) }
	for way, tt := range map[string]struct {
		shows func(time.Time) time.Time
		run   func(*appliance) (Result, error)
	}{"run": {noZone, run}, "serve this hour": {noZone, serve}, "run unset": {unset, run},
		"serve this hour, clock not set": {unset, serve}} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.now = tt.shows(a.now.Truncate(time.Hour).Add(30 * time.Minute))
		result, err := tt.run(a)
		if result.Outcome != journal.Deferred || !errors.Is(err, ErrUnknownClock) || a.product.asked != 0 {
			t.Errorf("%s: got %s, %v, asked %d times", way, result.Outcome, err, a.product.asked)
		}
		lines, err := a.Journal.Last(1)
		if err != nil || len(lines) != 1 || lines[0].Reason != ErrUnknownClock.Error() {
			t.Errorf("%s: journal: got %+v, %v", way, lines, err)
		}
	}
}

// If the plugin fails, only the observations that it did not send are lost; waiting documents still
// go out.
func TestPluginFails(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.line.answers = []error{errors.New("down")}
	_, _ = a.Run(t.Context())
	a.now = a.now.Add(time.Hour)
	a.product.none, a.product.fails = true, errors.New("the plugin ended")
	result, err := a.Run(t.Context())
	if !errors.Is(err, a.product.fails) || len(result.Sent) != 1 || a.waiting(t) != 0 {
		t.Errorf("got %v, sent %d, waiting %d", err, len(result.Sent), a.waiting(t))
	}
	a.product.none = false
	if result, err = a.Run(t.Context()); result.Made == nil || result.Made.Failure == nil {
		t.Errorf("half a collect: got %+v, %v want a document that knows of the failure", result.Made, err)
	}
}

// ANON-1: a gate without the appliance's names would find nothing, so no document is made.
func TestNoNamesNoDocument(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.Names = func() (anonymize.Names, error) { return anonymize.Names{}, errors.New("unreadable") }
	if result, err := a.Run(t.Context()); err == nil || result.Made != nil || len(a.line.sent) != 0 {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestPreviewKeepsNothing(t *testing.T) {
	a := newAppliance(t)
	made, err := a.Preview(t.Context(), acme)
	if err != nil || len(made.Body) == 0 {
		t.Fatalf("got %v", err)
	}
	if a.waiting(t) != 0 || len(a.outcomes(t)) != 0 || len(a.line.sent) != 0 {
		t.Error("the preview left something")
	}
	if _, err := os.Stat(a.keyFile()); !errors.Is(err, os.ErrNotExist) {
		t.Error("the preview made a key")
	}
}

func TestOneCycleAtATime(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	var second error
	a.product.while = func() {
		a.product.while = nil
		_, second = a.Run(t.Context())
	}
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, statelayout.ErrBusy) {
		t.Errorf("got %v want %v", second, statelayout.ErrBusy)
	}
}

// A document that is too old is not sent. It is removed and recorded once a new document was
// accepted, and does not hold that one back. If the clock is years ahead for one cycle, in which no
// certificate is valid, nothing is lost.
func TestTooOldIsDropped(t *testing.T) {
	a := newAppliance(t)
	a.Profile.Limits.Age = 48 * time.Hour
	a.decide(t, consent.Allowed)
	down := errors.New("down")
	for _, ahead := range []int{0, 3} {
		a.line.answers = []error{down}
		a.now = a.now.AddDate(ahead, 0, 0)
		if _, err := a.Run(t.Context()); !errors.Is(err, down) || a.waiting(t) != 1+ahead/3 {
			t.Fatalf("%d years ahead: got %v, %d waiting want all", ahead, err, a.waiting(t))
		}
	}
	a.now = a.now.AddDate(-3, 0, 0).Add(time.Hour)
	if right, err := a.Run(t.Context()); err != nil || len(right.Sent) != 3 || a.waiting(t) != 0 {
		t.Fatalf("right again: got %+v, %v, %d waiting want all sent", right.Sent, err, a.waiting(t))
	}
	a.line.answers = []error{down}
	a.now = a.now.Add(time.Hour)
	old, _ := a.Run(t.Context())
	a.now = a.now.Add(50 * time.Hour)
	fresh, err := a.Run(t.Context())
	if err != nil || len(fresh.Sent) != 1 || fresh.Sent[0].ID != fresh.Made.ID || a.waiting(t) != 0 {
		t.Errorf("got %v sent, %v, %d waiting want the fresh document alone", fresh.Sent, err, a.waiting(t))
	}
	lines, err := a.Journal.Last(10)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(lines, func(l journal.Entry) bool { return l.Outcome == journal.Dropped })
	if at < 0 || lines[at].ID != old.Made.ID || lines[at].Reason != "it waited too long" {
		t.Errorf("journal: got %+v want %s dropped", lines, old.Made.ID)
	}
}

// unreadableDocument is a [durable.Disk] that cannot read one document.
type unreadableDocument struct {
	durable.OS
	id string
}

func (d unreadableDocument) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if d.id != "" && filepath.Base(path) == d.id+".doc" {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EIO}
	}
	return d.OS.Open(path, flags, mode)
}

// A document that cannot be read now keeps waiting, is not reported as dropped, and does not hold
// back the others.
func TestUnreadableDocumentKeepsWaiting(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.line.answers = []error{errors.New("down")}
	result, _ := a.Run(t.Context())
	unseeing, err := spool.Open(unreadableDocument{id: result.Made.ID}, filepath.Join(a.dir, "spool"), 300_000)
	if err != nil {
		t.Fatal(err)
	}
	seeing := a.Spool
	a.Spool, a.now = unseeing, a.now.Add(time.Hour)
	if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 || a.waiting(t) != 1 {
		t.Errorf("got %v sent, %v, %d waiting want the fresh one sent and the other waiting", result.Sent, err,
			a.waiting(t))
	}
	if got := a.outcomes(t); slices.Contains(got, string(journal.Dropped)) {
		t.Errorf("journal: got %v want nothing dropped", got)
	}
	a.Spool = seeing
	if result, err := a.Run(t.Context()); err != nil || len(result.Sent) != 1 || a.waiting(t) != 0 {
		t.Errorf("readable again: got %v sent, %v, %d waiting", result.Sent, err, a.waiting(t))
	}
}

// CONS-2: a field, a part and a category that a newer profile adds stay unsent; the document says
// so, and they do not count as undeclared.
func TestFieldsNotAcceptedAreNotSent(t *testing.T) {
	a := newAppliance(t)
	d := consent.Decision{Choice: consent.Allowed, Time: time.Now(), Actor: "a tester"}.Accepting(acme)
	a.Profile.Version, a.Profile.Categories = 2, append([]profile.Category{}, acme.Categories...)
	a.Profile.Categories[0].Fields = append([]profile.Field{{Name: "sites", Kind: kind.Count}},
		acme.Categories[0].Fields...)
	a.Profile.Categories = append(a.Profile.Categories,
		profile.Category{Name: "extra", Fields: []profile.Field{{Name: "list", Kind: kind.Count, List: 4}}})
	a.product.more = []usage.Observation{
		{Category: "counts", Field: usage.Raw("sites"), Value: usage.Raw(int64(4711))},
		{Category: "extra", Field: usage.Raw("list"), Value: usage.Raw(usage.List{})},
	}
	if err := decision.Decide(d, a.Records); err != nil {
		t.Fatal(err)
	}
	result, err := a.Run(t.Context())
	if err != nil || result.Made == nil {
		t.Fatalf("got %+v, %v", result, err)
	}
	body := string(result.Made.Body)
	if strings.Contains(body, "4711") || strings.Contains(body, `"list"`) || !strings.Contains(body, `"users": 12`) {
		t.Errorf("the document: got %s", body)
	}
	for _, name := range []string{"counts.sites", "extra"} {
		if got := result.Made.Omitted[name]; got != usage.NotAccepted.Sentence() {
			t.Errorf("omitted %s: got %q want %q", name, got, usage.NotAccepted.Sentence())
		}
	}
	if result.Made.Tally.Undeclared != 0 {
		t.Errorf("undeclared: got %d want 0", result.Made.Tally.Undeclared)
	}
}
