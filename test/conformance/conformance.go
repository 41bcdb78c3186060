// Package conformance tests a plugin against every rule that a host, a packager and a privacy
// reviewer rely on, and reports whether it conforms. It drives the plugin's binary only through the
// wire protocol, so the plugin may be written in any language. Command cmd/conformance is the
// program for QA; [Run] is for a plugin's own tests.
//
// Its parts: frontdoor starts and calls a plugin, observe sees its system calls, scene plays it
// through scenes and records them, checks judge the recordings, report shows the results, and
// selftest proves with broken plugins that each check finds its fault.
package conformance

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/conformance/waivers"
	"polycom.com/usagedata/test/conformance/workspace"
)

// Version is the version of the suite: of its ids, exit codes and reports.
const Version = result.Version

// Defaults and limits of [Config].
const (
	DefaultCollects = 200
	DefaultTimeout  = 5 * time.Minute
	leastCollects   = 10 // fewer show no growth
	mostCollects    = 10_000
)

// Reasons why a run ended early.
var (
	errSignal  = errors.New("it was stopped from outside")
	errTimeout = errors.New("it reached its time limit")
)

// Test runs the suite. It returns an error if the suite cannot run: wrong usage, or a product that
// cannot be opened. If the context or the time limit ends before all checks were judged, the rest
// is skipped and [result.Result.Interrupted] says why.
func Test(ctx context.Context, c Config) (result.Result, error) {
	c.Collects, c.Timeout = cmp.Or(c.Collects, DefaultCollects), cmp.Or(c.Timeout, DefaultTimeout)
	r := result.Result{Format: result.Format, Suite: Version, Arch: runtime.GOARCH, Started: time.Now().UTC(),
		Seed: c.Seed, Command: c.Command, Reduced: c.reduced()}
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout, fmt.Errorf("%w of %v", errTimeout, c.Timeout))
	defer cancel()
	suite, err := c.open(ctx, &r)
	if err != nil {
		return r, err
	}
	defer func() {
		suite.scenes.Close()
		_ = suite.close() // the next run removes what is left
	}()
	r.Partial = slices.ContainsFunc(checks.All(), func(rule checks.Check) bool { return !suite.selected(rule.ID) })
	if c.Begin != nil {
		if err := c.Begin(suite.unfinished(r)); err != nil {
			return r, err
		}
	}
	suite.scenes.Prefetch(suite.scenesNeeded())
	for _, rule := range checks.All() {
		done := suite.runCheck(rule)
		r.Checks = append(r.Checks, done)
		if c.Progress != nil {
			c.Progress(done)
		}
	}
	r.Interrupted = interruption(ctx, r.Checks)
	r.Problems = waivers.ToRemove(suite.waivers, r.Checks, suite.today)
	r.Took = time.Since(r.Started)
	failUnexplainedSkips(&r)
	r.Verdict = r.Judge()
	return r, suite.changed()
}

// interruption returns the reason why the run ended early, or "" if it did not: the context may
// have ended after the last check was judged.
func interruption(ctx context.Context, done []result.Done) string {
	if !slices.ContainsFunc(done, func(d result.Done) bool { return d.Says == checks.Interrupted }) {
		return ""
	}
	if cause := context.Cause(ctx); errors.Is(cause, errTimeout) {
		return cause.Error()
	}
	return errSignal.Error()
}

// unfinished returns the result of a run that never ends: no check is judged.
func (s *suite) unfinished(r result.Result) result.Result {
	for _, rule := range checks.All() {
		d := describe(rule)
		d.Outcome, d.Says = result.Skip, result.NotSelected
		if s.selected(rule.ID) {
			d.Says = checks.Interrupted
		}
		r.Checks = append(r.Checks, d)
	}
	r.Interrupted = "it has not ended, or was killed"
	r.Verdict = r.Judge()
	return r
}

// suite is one run.
type suite struct {
	config  Config
	close   func() error // removes its files
	today   time.Time    // in this machine's time zone, for waivers
	scenes  *scene.Scenes
	counted []scene.Name // the scenes whose time is in a check already
	waivers []result.Waiver
	files   map[string]string // the checksums of the product's files
}

// open reads every file that the configuration names, and reports wrong usage before any
// [scene.Scenes] are played.
func (c *Config) open(ctx context.Context, r *result.Result) (*suite, error) {
	installed, err := openProduct(c.Product)
	if err != nil {
		return nil, err
	}
	if r.Product, err = identify(installed); err != nil {
		return nil, err
	}
	last, err := c.openBaseline(r)
	if err != nil {
		return nil, err
	}
	file, err := readFile(ctx, c.File)
	if err != nil {
		return nil, err
	}
	if err := c.validate(file.Waivers); err != nil {
		return nil, err
	}
	healthy, largest, err := c.worlds(installed.Profile, file)
	if err != nil {
		return nil, err
	}
	r.Reduced = append(r.Reduced, unconfigured(installed.Profile, healthy)...)
	if err := scene.Fit(); err != nil {
		return nil, err
	}
	dir, closing, err := workspace.Make()
	if err != nil {
		return nil, err
	}
	return &suite{config: *c, close: closing, today: r.Started.Local(), waivers: file.Waivers,
		files: r.Product.Files, scenes: scene.New(ctx, scene.Config{
			Product: installed, Baseline: last, World: healthy, Largest: largest,
			Period: usage.LastPeriod(r.Started).Start, Collects: c.Collects, Patience: c.Patience, Seed: c.Seed,
			Dir: dir, Playing: c.Playing,
		})}, nil
}

// openProduct opens the [product.Installed]. It refuses a binary whose checksum differs from the
// installed one, because the verdict would be about another binary.
func openProduct(folder string) (product.Installed, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return product.Installed{}, err
	}
	if err := refuseLinks(folder); err != nil {
		return product.Installed{}, err
	}
	if err := refuseNoProgram(filepath.Join(folder, product.PluginName)); err != nil {
		return product.Installed{}, err
	}
	installed, err := product.Open(folder)
	if err != nil {
		return installed, usage.WithHint(err, "give the folder of an installed product, which has the product's id "+
			"as its name: profile.yaml, plugin, plugin.sha256")
	}
	binary, err := os.Open(installed.Plugin())
	if err != nil {
		return installed, err
	}
	defer binary.Close()
	if err := installed.Compare(binary); errors.Is(err, product.ErrChecksum) {
		return installed, usage.WithHint(errors.New("the checksum of the plugin differs from plugin.sha256"),
			"update it: sha256sum plugin >plugin.sha256")
	} else if err != nil {
		return installed, err
	}
	return installed, nil
}

// openBaseline opens the last release of the product, if one is given.
func (c *Config) openBaseline(r *result.Result) (last product.Installed, err error) {
	if c.Baseline == "" {
		return last, nil
	}
	if last, err = openProduct(c.Baseline); err != nil {
		return last, fmt.Errorf("open the last release: %w", err)
	}
	identity, err := identify(last)
	r.Baseline = &identity
	return last, err
}

// identify returns the identity of a product, with the checksums of its files.
func identify(p product.Installed) (result.Product, error) {
	files, err := product.Checksums(p.Dir)
	return result.Product{ID: p.Profile.ID, Name: p.Profile.Name, Profile: p.Profile.Version,
		Sum: hex.EncodeToString(p.Sum[:]), Files: files}, err
}

// changed returns an error if a file of the product is no longer the one that was tested: the
// verdict would be about neither.
func (s *suite) changed() error {
	now, err := product.Checksums(s.scenes.Product.Dir)
	if err == nil && !maps.Equal(now, s.files) {
		err = usage.WithHint(errors.New("a file of the product changed during the run"),
			"run the suite again on a folder that no build writes to")
	}
	return err
}

func (s *suite) runCheck(rule checks.Check) result.Done {
	d := describe(rule)
	if !s.selected(rule.ID) {
		d.Outcome, d.Says = result.Skip, result.NotSelected
		return d
	}
	d.Took = s.playing(rule)
	began := time.Now()
	found := rule.Run(s.scenes)
	d.Took += time.Since(began)
	d.Outcome, d.Says, d.Evidence = found.Outcome, found.Says, found.Evidence
	if d.Outcome == result.Fail || d.Outcome == result.Error {
		d.Repeat = s.repeat(rule.ID)
	}
	waivers.Apply(s.waivers, &d, s.today)
	return d
}

// playing waits for the scenes that the check judges. It returns the time of those that are played
// for this check; or for one that is not selected, if this one is the first to need them.
func (s *suite) playing(rule checks.Check) (took time.Duration) {
	for _, name := range rule.Of {
		r, owner := s.scenes.Of(name), ownerOf(name)
		if owner == rule.ID || !s.selected(owner) && !slices.Contains(s.counted, name) {
			took += r.Took
			s.counted = append(s.counted, name)
		}
	}
	return took
}

func ownerOf(name scene.Name) string {
	for _, rule := range checks.All() {
		if slices.Contains(rule.Plays, name) {
			return rule.ID
		}
	}
	return ""
}

// describe returns the check before it is judged.
func describe(rule checks.Check) result.Done {
	return result.Done{ID: rule.ID, Topic: checks.Topic(rule.ID), Level: rule.Level, Serves: rule.Serves,
		Holds: rule.Holds, Why: rule.Why}
}

// failUnexplainedSkips turns skipped checks into errors if no other check has failed: no check may
// be skipped without a reason.
func failUnexplainedSkips(r *result.Result) {
	if slices.ContainsFunc(r.Checks, func(d result.Done) bool {
		return (d.Outcome == result.Fail || d.Outcome == result.Error) && !d.Waived()
	}) {
		return
	}
	for i, d := range r.Checks {
		if d.Outcome == result.Skip && d.Says != result.NotSelected && d.Says != checks.Interrupted {
			r.Checks[i].Outcome, r.Checks[i].Says = result.Error, d.Says+" No other check that ran explains this."
		}
	}
}

// Main runs the tests as [testing.M.Run] does; call it from TestMain. It is necessary because the
// suite starts the test program a second time to watch a plugin, and Main handles that start (see
// [observe.Launch]).
//
//	func TestMain(m *testing.M) { os.Exit(conformance.Main(m)) }
func Main(m *testing.M) int {
	observe.Launch()
	return m.Run()
}

// Run runs the suite as a test, with a subtest for each [checks.Check]. A subtest fails if its
// check is required and fails, and logs the finding if the check is only recommended. The run ends
// before the deadline of the test program.
func Run(t *testing.T, c Config) result.Result {
	t.Helper()
	if deadline, limited := t.Deadline(); limited {
		left := time.Until(deadline)
		c.Timeout = max(min(cmp.Or(c.Timeout, DefaultTimeout), left-min(left/2, reserve)), 1)
	}
	r, err := Test(t.Context(), c)
	if err != nil {
		t.Fatalf("conformance: %v", err)
	}
	for _, d := range r.Checks {
		t.Run(d.ID, func(t *testing.T) { reportCheck(t, d) })
	}
	for _, problem := range r.Problems {
		t.Errorf("conformance: %s", problem)
	}
	if r.Interrupted != "" {
		t.Errorf("conformance: the run was interrupted: %s", r.Interrupted)
	}
	if len(c.Only) == 0 && r.Verdict == result.Untested {
		t.Error("conformance: no required check was run")
	}
	return r
}

// reserve is the time that a test program has left after a run that is interrupted.
const reserve = 20 * time.Second

func reportCheck(t *testing.T, d result.Done) {
	message := d.Holds + " " + d.Says + "\n  " + strings.Join(d.Evidence, "\n  ")
	switch {
	case d.Outcome == result.Error, d.Outcome == result.Fail && d.Level == result.Required && !d.Waived():
		t.Errorf("%s: %s", d.Outcome, message)
	case d.Outcome != result.Pass:
		t.Logf("%s: %s", d.Outcome, message)
	}
}
