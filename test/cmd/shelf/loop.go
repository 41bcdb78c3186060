package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/shelf"
)

// loopArgument makes the program the host of a long run. The host is a process of its own, so that
// the stand-ins do not count.
const loopArgument = "-be-a-host"

// longRun is the input of the host of a long run.
type longRun struct {
	Dir, Run string // its folders
	Root     string // the root that the plugins read
	Products string // one for each plugin of the run
	Point    string // address of the collection point, whose authority is in Dir
	Cycles   int
	Seed     uint64
}

// sample is the state of the host between two cycles.
type sample struct {
	Cycle       int
	Plugin      string
	Broken      string // the broken promise
	Goroutines  int
	Descriptors int
	Heap        int64 // after a garbage collection; 0 if there was none
	Resident    int64
	Peak        int64
}

// loop lets one host run all the cycles and reports whether its figures stayed flat.
func (o *options) loop(ctx context.Context, dir string, stdout io.Writer) (flat bool, err error) {
	run := longRun{Dir: filepath.Join(dir, "loop"), Products: filepath.Join(dir, "loop", "products"), Cycles: o.cycles,
		Seed: o.seed, Root: filepath.Join(dir, "loop", "root")}
	if err := errors.Join(os.Mkdir(run.Dir, 0o755), shelf.LayRoot(run.Root)); err != nil {
		return false, err
	}
	if run.Run, err = os.MkdirTemp("", "ud"); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(run.Run)) }()
	sound, _ := shelf.Find(shelf.Sound)
	for _, p := range append(shelf.Quick(), sound) {
		if err := p.Install(o.programs.Plugin, run.Products); err != nil {
			return false, err
		}
	}
	point, err := collectionpoint.Start(collectionpoint.Config{Dir: run.Dir})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, point.Close()) }()
	run.Point = point.Address()
	if err := os.WriteFile(filepath.Join(run.Dir, "ca.pem"), point.CA.PEM(), 0o644); err != nil {
		return false, err
	}
	samples, err := host(ctx, run)
	if err != nil {
		return false, err
	}
	return tell(stdout, o, run, samples), nil
}

// host runs the host and collects its samples.
func host(ctx context.Context, run longRun) (samples []sample, err error) {
	told, err := json.Marshal(run)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	child := exec.CommandContext(ctx, self, loopArgument)
	child.Stdin, child.Stderr = bytes.NewReader(told), os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			break
		}
		samples = append(samples, s)
	}
	if err := child.Wait(); err != nil {
		return samples, fmt.Errorf("the host of the long run: %w", err)
	}
	return samples, nil
}
