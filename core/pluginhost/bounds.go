package pluginhost

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/protection"
)

// bounds confine the plugin's process, and say which protections must be in force.
type bounds struct {
	plan        confine.Plan
	minimum     []protection.Feature
	environment []string
}

// UnconfinedError means that the profile demands protections that this appliance's kernel does not
// offer, so that the plugin is not started.
type UnconfinedError struct{ Lacking []protection.Feature }

func (e *UnconfinedError) Error() string {
	var words []string
	for _, f := range e.Lacking {
		words = append(words, string(f))
	}
	return "this appliance cannot enforce protections that the profile requires: " + strings.Join(words, ", ")
}

// Confinement tries, on a separate thread and without starting the plugin, which protections this
// appliance offers. It does not access any configured path.
func (h *Host) Confinement() (report confine.Report, err error) {
	binary, err := os.Open(h.Product.Plugin())
	if err != nil {
		return nil, fmt.Errorf("open plugin: %w", err)
	}
	defer binary.Close()
	b, _ := h.plannedBounds(binary, h.Run)
	b.plan.Read = nil
	group, _ := confine.NewCgroup(b.plan.Memory) // without a group, the watch bounds the memory
	defer group.Remove()
	confine.RunOnThread(b.plan, func(thread confine.Thread) {
		report = append(thread.Report, confine.LimitsStatus(), confine.WatchStatus(b.plan, group))
	})
	return report, b.checkMinimum(report)
}

// checkMinimum compares the protections in force before the start with the demanded minimum.
func (b bounds) checkMinimum(report confine.Report) error {
	if lacking := report.Lacking(b.minimum); len(lacking) > 0 {
		return &UnconfinedError{lacking}
	}
	return nil
}

// startConfined starts the process if the thread that calls it is sufficiently confined, and sets
// the process's resource limits.
func (p *process) startConfined(thread confine.Thread) error {
	report := append(thread.Report, confine.LimitsStatus(), confine.WatchStatus(p.bounds.plan, p.group))
	if err := p.bounds.checkMinimum(report); err != nil {
		return err
	}
	if err := p.launch(thread); err != nil {
		return err
	}
	report[slices.IndexFunc(report, isResources)] = confine.SetLimits(p.cmd.Process.Pid)
	p.report = report
	if err := errors.Join(p.bounds.checkMinimum(report), p.group.Add(p.cmd.Process.Pid)); err != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.mu.Lock()
		p.state = p.cmd.ProcessState // so that no signal is sent to a process number that may be reused
		p.mu.Unlock()
		p.pipes.close()
		return err
	}
	return nil
}

func isResources(m confine.Status) bool { return m.Feature == protection.Resources }

// watch kills the process if it exceeds a bound.
func (p *process) watch(ended <-chan struct{}) {
	excess := confine.Watch(p.cmd.Process.Pid, p.bounds.plan, p.report, ended)
	if excess == "" {
		return
	}
	p.mu.Lock()
	p.excess = excess
	p.mu.Unlock()
	p.kill()
}

// removeGroup removes the control group of a process that has ended. It must run on another thread
// than the one that started the process, which may not access the group.
func (p *process) removeGroup() {
	if p.group.Exceeded() {
		p.mu.Lock()
		p.excess = p.bounds.plan.MemoryExcess()
		p.mu.Unlock()
	}
	if err := p.group.Remove(); err != nil {
		p.lines.log.Warn("cannot remove the plugin's control group", "error", err)
	}
}

// startError returns why no process was started: confinement is lacking, or the kernel would not
// execute the file.
func (p *process) startError() error {
	select {
	case <-p.done:
		return p.notStartedErr
	default:
		return nil
	}
}
