package trial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/test/shelf"
)

// play runs the cycle and judges it.
func (a *appliance) play(ctx context.Context) (r Result, err error) {
	r = Result{Plugin: a.plugin}
	if a.before, err = a.tree(); err != nil {
		return r, err
	}
	if a.plugin.Kill {
		if err := a.killed(ctx, &r); err != nil {
			return r, err
		}
	}
	took := r.Took
	if err := a.cycle(ctx, &r); err != nil {
		return r, err
	}
	if a.plugin.Kill {
		r.Took = took
	}
	return r, a.judge(&r)
}

// cycle runs one whole cycle of the real host. If the host runs far beyond the limit, it is killed,
// and has broken its promise.
func (a *appliance) cycle(ctx context.Context, r *Result) error {
	var said bytes.Buffer
	host := a.command("send", "--verbose") // with the log on standard error
	host.Stdout, host.Stderr = &said, &said
	began := time.Now()
	if err := host.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*a.plugin.Limit+10*time.Second)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = host.Process.Kill() })()
	watched := watch(host.Process.Pid, a.family)
	err := host.Wait()
	r.Took = time.Since(began)
	seen := watched.end()
	r.Peak, r.Exit, r.Output = seen.peak, host.ProcessState.ExitCode(), said.String()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return err
	}
	a.politeness(r, seen)
	return nil
}

// politeness checks the plugin that computes for ever: the product must have priority.
func (a *appliance) politeness(r *Result, seen seen) {
	if a.plugin.Needs == protection.Priority && seen.nice < 10 {
		r.broke("the plugin ran at nice %d, want 10 or more", seen.nice)
	}
}

// killed starts a cycle, kills the host with SIGKILL when the plugin's family is complete, and
// measures how long the family lives on. If a plugin can't start a child, it is its own family.
func (a *appliance) killed(ctx context.Context, r *Result) error {
	host := a.command("send")
	if err := host.Start(); err != nil {
		return err
	}
	ready := until(ctx, shelf.Collect/2, func() bool { return a.marked() != 0 })
	if err := host.Process.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	_ = host.Wait() // killed
	began := time.Now()
	if !ready {
		r.broke("the plugin came not to run: the trial shows nothing")
	}
	if !until(ctx, time.Second, func() bool { return len(a.family()) == 0 }) {
		r.broke("%d of the plugin's processes live a second after the host was killed", len(a.family()))
	}
	r.Took = time.Since(began)
	for _, pid := range a.family() {
		kill(pid)
	}
	return nil
}

// until polls every 5 ms whether a condition holds. The limit is counted in polls: on a busy
// machine, where each takes longer, so does the whole.
func until(ctx context.Context, limit time.Duration, holds func() bool) bool {
	const pause = 5 * time.Millisecond
	for range limit / pause {
		if holds() {
			return true
		}
		select {
		case <-ctx.Done():
			return holds()
		case <-time.After(pause):
		}
	}
	return holds()
}

func (r *Result) broke(format string, values ...any) {
	r.Broken = append(r.Broken, fmt.Sprintf(format, values...))
}

func (r *Result) left(what string) {
	r.Left = append(r.Left, what)
	r.broke("left behind: %s", what)
}
