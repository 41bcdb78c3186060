// Package selftest proves the conformance suite: it runs the suite on plugins that are broken on
// purpose and prints the matrix. Each broken plugin must fail the check that is meant for it and no
// other; the sound plugin must fail none.
//
// The program that calls [Run] also acts as the plugins (see [shelf.Plugin]), so nothing else has
// to be installed.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/workspace"
	"polycom.com/usagedata/test/shelf"
)

// Config is the input of [Run].
type Config struct {
	Seed    uint64
	Only    []string      // names of plugins; all if empty
	Timeout time.Duration // for each plugin; that of the suite if 0
	Out     io.Writer
	// Progress is called with a line about the plugins that are tried now, every second; not if nil.
	// With "" the line is to be removed.
	Progress func(line string)

	tried *progress
}

// row is the result for one plugin.
type row struct {
	plugin shelf.Plugin
	failed []string // ids of the checks that failed
	says   []string // of each of them, its sentence
	broke  []string // checks that ended with an error, and why
	took   time.Duration
}

// correct reports whether the plugin failed its check and no other.
func (r row) correct() bool {
	var want []string
	if r.plugin.Check != "" {
		want = []string{r.plugin.Check}
	}
	return slices.Equal(r.failed, want) && len(r.broke) == 0
}

// Run tries all plugins and prints the matrix. The exit status is 0 if every row is right. If the
// context ends, Run prints the rows of the plugins that were tried, and returns an error.
func Run(ctx context.Context, c Config) (code int, err error) {
	dir, closing, err := workspace.Make()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, closing()) }()
	plugins, err := chosen(c.Only)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	c.tried = &progress{of: len(plugins), began: began}
	stop := c.tried.show(c.Progress)
	rows, err := c.rows(ctx, dir, plugins)
	stop()
	if err != nil {
		return 0, err
	}
	code = c.printMatrix(rows, len(c.Only) == 0 && len(rows) == len(plugins), time.Since(began))
	if len(rows) < len(plugins) {
		return 0, fmt.Errorf("the self-test was interrupted: %d of %d plugins were tried", len(rows), len(plugins))
	}
	return code, nil
}

// chosen returns the plugins with these names, or all if no name is given. A name that matches no
// plugin is an error: a misspelled name would count as a proof.
func chosen(names []string) ([]shelf.Plugin, error) {
	all := shelf.ForSuite()
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(p shelf.Plugin) bool { return p.Name == name }) {
			return nil, fmt.Errorf("there is no broken plugin called %s", name)
		}
	}
	return slices.DeleteFunc(all, func(p shelf.Plugin) bool { return !slices.Contains(names, p.Name) }), nil
}

// rows tries several plugins at the same time, because most of the time is spent waiting. If the
// context ends, it returns the rows of those that were tried.
func (c Config) rows(ctx context.Context, dir string, plugins []shelf.Plugin) ([]row, error) {
	rows, problems := make([]row, len(plugins)), make([]error, len(plugins))
	places := make(chan struct{}, 2+runtime.NumCPU())
	var all sync.WaitGroup
	for i, p := range plugins {
		places <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-places }()
			c.tried.begin(p.Name)
			rows[i], problems[i] = c.row(ctx, dir, p)
			c.tried.end(p.Name)
		})
	}
	all.Wait()
	if ctx.Err() != nil { // then each plugin that was not tried to its end has this reason
		clear(problems)
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.plugin.Name == "" })
	return rows, errors.Join(problems...)
}

func (c Config) row(ctx context.Context, dir string, p shelf.Plugin) (row, error) {
	ground, err := Setup(filepath.Join(dir, p.Name), p)
	if err != nil {
		return row{}, fmt.Errorf("prepare the test bed of %s: %w", p.Name, err)
	}
	defer ground.Close()
	began := time.Now()
	r, err := conformance.Test(ctx, conformance.Config{
		Product: ground.Product, Baseline: ground.Baseline, Root: ground.Root, File: ground.File, Seed: c.Seed,
		Collects: collects, Patience: patience, Timeout: c.Timeout,
	})
	if err == nil && r.Interrupted != "" {
		err = errors.New(r.Interrupted)
	}
	if err != nil {
		return row{}, fmt.Errorf("try %s: %w", p.Name, err)
	}
	tried := row{plugin: p, took: time.Since(began)}
	for _, d := range r.Checks {
		if said := strings.ToLower(d.Says + strings.Join(d.Evidence, " ")); slices.ContainsFunc(names,
			func(name string) bool { return strings.Contains(said, strings.ToLower(name)) }) {
			tried.broke = append(tried.broke, d.ID+": its evidence holds a name of the configuration")
		}
		switch d.Outcome {
		case result.Fail:
			tried.failed, tried.says = append(tried.failed, d.ID), append(tried.says, d.Says)
		case result.Error:
			tried.broke = append(tried.broke, d.ID+": "+d.Says)
		}
	}
	return tried, nil
}

// patience is short, because of the plugins that make the suite wait.
const patience = 30 * time.Second

// collects is enough to reveal the leaks of these plugins.
const collects = 40

// printMatrix prints the matrix: a row for each plugin, with the check that is meant for it and the
// checks that it failed. If all plugins were tried, it also prints the checks that are not proven.
func (c Config) printMatrix(rows []row, all bool, took time.Duration) (code int) {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tPLUGIN\tFAULT\tEXPECTED CHECK\tFAILED CHECKS\tTOOK")
	wrong := 0
	for _, r := range rows {
		word := "ok"
		if !r.correct() {
			word, code = "WRONG", 1
			wrong++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1f s\n", word, r.plugin.Name, r.plugin.Wrong,
			or(r.plugin.Check, "none"),
			or(strings.Join(r.failed, " "), "none"), r.took.Seconds())
		for i, said := range r.says {
			if !r.correct() {
				fmt.Fprintf(table, "\t\t%s: %s\t\t\t\n", r.failed[i], said)
			}
		}
		for _, broke := range r.broke {
			fmt.Fprintf(table, "\t\terror in %s\t\t\t\n", broke)
		}
	}
	if table.Flush() != nil {
		return 2
	}
	var ids []string
	if all {
		ids = unproven(rows)
	}
	for _, id := range ids {
		fmt.Fprintf(c.Out, "WRONG no broken plugin fails %s\n", id)
		code = 1
	}
	fmt.Fprintf(c.Out, "\nplugins: %d, with a wrong result: %d\n", len(rows), wrong)
	if all {
		fmt.Fprintf(c.Out, "checks: %d, not proven: %d\n", len(checks.All()), len(ids))
	}
	fmt.Fprintf(c.Out, "took: %v\n", took.Round(time.Second))
	return code
}

// unproven returns the checks that no broken plugin failed as it should.
func unproven(rows []row) (ids []string) {
	for _, rule := range checks.All() {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.correct() && r.plugin.Check == rule.ID }) {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

func or(text, none string) string {
	if text == "" {
		return none
	}
	return text
}
