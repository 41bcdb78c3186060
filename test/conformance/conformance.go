// Package conformance tries a plugin by everything that a host, a packager and a privacy reviewer rely on, and says
// whether it conforms. It drives the plugin's binary through the front door only, whatever language it is written in.
// Command test/cmd/conformance is the program for QA; Run is for a plugin's own tests.
//
// Its parts: frontdoor starts and calls a plugin, observe sees its system calls, scene plays it through scenes and
// records them, checks judge the recordings, report tells what they found, and broken are plugins that prove that the
// suite finds what it is for.
package conformance

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// Version is the suite's.
const Version = "1.0.0"

// usualCollects is how often the plugin collects in one process.
const usualCollects = 200

// Test runs the suite. The error says that it could not be run as it was told: wrong usage, or a product that can't be
// opened.
func Test(ctx context.Context, c Config) (result.Result, error) {
	r := result.Result{Format: result.Format, Suite: Version, Started: time.Now().UTC(), Seed: c.Seed, Command: c.Command}
	suite, err := c.open(ctx, &r)
	if err != nil {
		return r, err
	}
	defer suite.scenes.Close()
	suite.scenes.Prefetch(suite.needed())
	if c.Begin != nil {
		c.Begin(r.Product, len(checks.All()))
	}
	for _, rule := range checks.All() {
		done := suite.done(rule)
		r.Checks = append(r.Checks, done)
		if c.Progress != nil {
			c.Progress(done)
		}
	}
	r.Problems = suite.problems(r.Checks)
	r.Took = time.Since(r.Started)
	unexplained(&r)
	r.Verdict = r.Judge()
	return r, ctx.Err()
}

// suite is one run.
type suite struct {
	config  Config
	scenes  *scene.Scenes
	waivers []result.Waiver
}

func (c *Config) open(ctx context.Context, r *result.Result) (*suite, error) {
	folder, err := filepath.Abs(c.Product)
	if err != nil {
		return nil, err
	}
	installed, err := product.Open(folder)
	if err != nil {
		return nil, usage.WithHint(err, "give the folder of an installed product: profile.yaml, plugin, plugin.sha256")
	}
	if err := verified(installed); err != nil {
		return nil, err
	}
	r.Product = result.Product{ID: installed.Profile.ID, Name: installed.Profile.Name, Profile: installed.Profile.Version,
		Sum: hex.EncodeToString(installed.Sum[:])}
	file, err := readFile(c.File)
	if err != nil {
		return nil, err
	}
	if err := c.known(file.Waivers); err != nil {
		return nil, err
	}
	healthy, largest, err := c.worlds(installed.Profile, file)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return nil, err
	}
	collects := c.Collects
	if collects == 0 {
		collects = usualCollects
	}
	if c.Today.IsZero() {
		c.Today = time.Now()
	}
	return &suite{config: *c, waivers: file.Waivers, scenes: scene.New(ctx, scene.Config{
		Product: installed, World: healthy, Largest: largest, Period: usage.LastPeriod(r.Started).Start, Collects: collects,
		Patience: c.Patience, Seed: c.Seed, Dir: dir,
	})}, nil
}

// verified refuses a binary that is not the one whose checksum is beside it: the verdict would be about another.
func verified(p product.Installed) error {
	f, err := os.Open(p.Plugin())
	if err != nil {
		return err
	}
	defer f.Close()
	err = p.Compare(f)
	if errors.Is(err, product.ErrChecksum) {
		return usage.WithHint(errors.New("the plugin is not the one whose checksum is beside it"),
			"write it anew: sha256sum plugin >plugin.sha256")
	}
	return err
}

// chosenNot is why a check was not run.
const chosenNot = "It was not asked for."

func (s *suite) done(rule check.Check) result.Done {
	d := result.Done{ID: rule.ID, Topic: checks.Topic(rule.ID), Level: rule.Level, Serves: rule.Serves, Holds: rule.Holds,
		Why: rule.Why}
	if !s.chosen(rule.ID) {
		d.Outcome, d.Says = result.Skip, chosenNot
		return d
	}
	began := time.Now()
	found := rule.Run(s.scenes)
	d.Took, d.Outcome, d.Says, d.Evidence = time.Since(began), found.Outcome, found.Says, found.Evidence
	if d.Outcome == result.Fail || d.Outcome == result.Error {
		d.Repeat = s.repeat(rule.ID)
	}
	if w := waiver(s.waivers, rule.ID); w != nil && d.Outcome == result.Fail && !expired(*w, s.config.Today) {
		d.Waiver = w
	}
	return d
}

// unexplained makes errors of checks that told nothing although no other check has failed: so that nothing is passed
// over in silence.
func unexplained(r *result.Result) {
	if slices.ContainsFunc(r.Checks, func(d result.Done) bool {
		return (d.Outcome == result.Fail || d.Outcome == result.Error) && !d.Waived()
	}) {
		return
	}
	for i, d := range r.Checks {
		if d.Outcome == result.Skip && d.Says != chosenNot {
			r.Checks[i].Outcome, r.Checks[i].Says = result.Error, d.Says+" No check that was run says why."
		}
	}
}
