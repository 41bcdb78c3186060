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
	return "the profile demands a confinement that can't be had here: " + strings.Join(words, ", ")
}

// Confinement tries, on a separate thread and without starting the plugin, which protections this
// appliance offers. It does not access any configured path.
func (h *Host) Confinement() (report confine.Report, err error) {
	binary, err := os.Open(h.Product.Plugin())
	if err != nil {
		return nil, fmt.Errorf("open plugin: %w", err)
	}
	defer binary.Close()
	b, _ := h.unsighted(binary, h.Run)
	b.plan.Read = nil
	group, _ := confine.NewCgroup(b.plan.Memory) // without a group, the watch bounds the memory
	defer group.Remove()
	confine.On(b.plan, func(thread confine.Thread) {
		report = append(thread.Report, confine.Bounding(), confine.Watching(b.plan, group))
	})
	return report, b.suffice(report)
}

// suffice compares the protections in force before the start with the demanded minimum.
func (b bounds) suffice(report confine.Report) error {
	if lacking := report.Lacking(b.minimum); len(lacking) > 0 {
		return &UnconfinedError{lacking}
	}
	return nil
}

// confined starts the process if the thread that calls it is sufficiently confined, and sets the
// process's resource limits.
func (p *process) confined(thread confine.Thread) error {
	report := append(thread.Report, confine.Bounding(), confine.Watching(p.bounds.plan, p.group))
	if err := p.bounds.suffice(report); err != nil {
		return err
	}
	if err := p.launch(thread); err != nil {
		return err
	}
	report[slices.IndexFunc(report, ofResources)] = confine.Bound(p.cmd.Process.Pid)
	p.report = report
	if err := errors.Join(p.bounds.suffice(report), p.group.Add(p.cmd.Process.Pid)); err != nil {
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

func ofResources(m confine.Measure) bool { return m.Feature == protection.Resources }

// watch kills the process if it exceeds a bound.
func (p *process) watch(ended <-chan struct{}) {
	over := confine.Watch(p.cmd.Process.Pid, p.bounds.plan, p.report, ended)
	if over == "" {
		return
	}
	p.mu.Lock()
	p.over = over
	p.mu.Unlock()
	p.kill()
}

// ungroup removes the control group of a process that has ended. It must run on another thread than
// the one that started the process, which may not access the group.
func (p *process) ungroup() {
	if p.group.Exceeded() {
		p.mu.Lock()
		p.over = p.bounds.plan.TooMuchMemory()
		p.mu.Unlock()
	}
	if err := p.group.Remove(); err != nil {
		p.lines.log.Warn("the plugin's control group was not removed", "error", err)
	}
}

// refused returns why no process was started: confinement is lacking, or the kernel would not
// execute the file.
func (p *process) refused() error {
	select {
	case <-p.done:
		return p.unfit
	default:
		return nil
	}
}
