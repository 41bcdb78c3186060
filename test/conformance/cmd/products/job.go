package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/test/plugins/python"
)

// job is one run of the conformance program.
type job struct {
	name  string
	where string // of the reports; empty if there are none
	lay   func() (args []string, closing func() error, err error)

	program string
	output  bytes.Buffer
	code    int
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
		all = append(all, &job{name: product, program: program, where: filepath.Join(o.out, product),
			lay: func() ([]string, func() error, error) {
				return o.setUp(product)
			}})
	}
	if o.python {
		all = append(all, &job{name: python.ID, program: program, where: filepath.Join(o.out, python.ID),
			lay: o.layPython})
	}
	if o.selfTest {
		all = append(all, &job{name: "self-test", program: program, lay: func() ([]string, func() error, error) {
			return []string{"-self-test", "-seed", o.seed}, func() error { return nil }, nil
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
	suite := exec.CommandContext(ctx, j.program, args...)
	suite.Stdout, suite.Stderr = &j.output, &j.output
	suite.Cancel = func() error { return suite.Process.Signal(syscall.SIGTERM) } // SIGTERM lets it clean up
	suite.WaitDelay = time.Minute
	err = suite.Run()
	j.code = suite.ProcessState.ExitCode()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		j.code, j.err = 2, err
	}
	if err := closing(); err != nil {
		j.code, j.err = 2, err
	}
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
