package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"polycom.com/usagedata/test/plugins/python"
)

// job is the conformance program on one product, run once or more often.
type job struct {
	name  string
	where string // of the reports; empty if there are none
	lay   func() (args []string, closing func() error, err error)
	seed  uint64
	runs  int

	program string
	output  bytes.Buffer // of the runs that did not end well, and of the last one
	ran     int
	ok      int
	code    int // the worst
	took    time.Duration
	err     error
}

func (o options) jobs() ([]*job, error) {
	program := filepath.Join(o.bin, "test", "conformance")
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("%w: is the suite built?", err)
	}
	var all []*job
	for _, product := range o.products {
		all = append(all, &job{name: product, program: program, where: filepath.Join(o.out, product), seed: o.seed,
			runs: o.runs, lay: func() ([]string, func() error, error) {
				return o.setUp(product)
			}})
	}
	if o.python {
		all = append(all, &job{name: python.ID, program: program, where: filepath.Join(o.out, python.ID), seed: o.seed,
			runs: o.runs, lay: o.layPython})
	}
	if o.selfTest {
		all = append(all, &job{name: "self-test", program: program, seed: o.seed, runs: 1,
			lay: func() ([]string, func() error, error) {
				return []string{"-self-test"}, func() error { return nil }, nil
			}})
	}
	return all, nil
}

// run sets up the product, runs the suite, and cleans up.
func (j *job) run(ctx context.Context) {
	began := time.Now()
	defer func() { j.took = time.Since(began) }()
	args, closing, err := j.lay()
	if err != nil {
		j.code, j.err = 2, err
		return
	}
	for n := range j.runs {
		if ctx.Err() != nil {
			j.code, j.err = 2, ctx.Err()
			break
		}
		j.runOnce(ctx, n, args)
	}
	if err := closing(); err != nil {
		j.code, j.err = 2, err
	}
}

// runOnce runs the suite once. The reports of a further run have a folder of their own.
func (j *job) runOnce(ctx context.Context, n int, args []string) {
	args = append(slices.Clone(args), "-seed", fmt.Sprint(j.seed+uint64(n)))
	if j.where != "" {
		where := j.where
		if n > 0 {
			where = filepath.Join(j.where, fmt.Sprintf("run-%d", n+1))
		}
		args = append(args, "-out", where)
	}
	var output bytes.Buffer
	suite := exec.CommandContext(ctx, j.program, args...)
	suite.Stdout, suite.Stderr = &output, &output
	suite.Cancel = func() error { return suite.Process.Signal(syscall.SIGTERM) } // SIGTERM lets it clean up
	suite.WaitDelay = time.Minute
	err := suite.Run()
	code := suite.ProcessState.ExitCode()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		code, j.err = 2, err
	}
	if code < 0 { // a signal
		code = 2
	}
	j.ran++
	if code == 0 {
		j.ok++
	}
	j.code = max(j.code, code)
	if code != 0 || n == j.runs-1 {
		j.output.Write(output.Bytes())
	}
}

// summary returns the worst verdict, and how many runs ended well if there were several.
func (j *job) summary() string {
	if j.runs == 1 {
		return j.verdict()
	}
	return fmt.Sprintf("%s, %d of %d runs conform", j.verdict(), j.ok, j.ran)
}

func (j *job) verdict() string {
	switch j.code {
	case 0:
		return "ok"
	case 1:
		return "NOT CONFORMANT"
	case 3:
		return "NOTHING WAS TESTED"
	}
	return "COULD NOT BE TRIED"
}
