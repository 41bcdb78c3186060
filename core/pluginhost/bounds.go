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

// bounds are what the plugin's process is confined by, and what must be in force.
type bounds struct {
	plan        confine.Plan
	minimum     []protection.Feature
	environment []string
}

// UnconfinedError says that the profile demands what this appliance's kernel does not give, so that the plugin is not
// started.
type UnconfinedError struct{ Lacking []protection.Feature }

func (e *UnconfinedError) Error() string {
	var words []string
	for _, f := range e.Lacking {
		words = append(words, string(f))
	}
	return "the profile demands a confinement that can't be had here: " + strings.Join(words, ", ")
}

// Confinement tries on a thread of its own, without starting the plugin, what can be had on this appliance. It looks at
// no path that is configured.
func (h *Host) Confinement() (report confine.Report, err error) {
	binary, err := os.Open(h.Product.Plugin())
	if err != nil {
		return nil, fmt.Errorf("open plugin: %w", err)
	}
	defer binary.Close()
	b, _ := h.unsighted(binary, h.Run)
	b.plan.Read = nil
	group, _ := confine.NewCgroup(b.plan.Memory) // without one there is the watch
	defer group.Remove()
	confine.On(b.plan, func(thread confine.Thread) {
		report = append(thread.Report, confine.Bounding(), confine.Watching(b.plan, group))
	})
	return report, b.suffice(report)
}

// suffice compares what is in force before the start with what must be.
func (b bounds) suffice(report confine.Report) error {
	if lacking := report.Lacking(b.minimum); len(lacking) > 0 {
		return &UnconfinedError{lacking}
	}
	return nil
}

// confined starts the process, if the thread that it is called on is confined as it must be, and bounds it.
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
		p.state = p.cmd.ProcessState // so that nobody signals a number that is no longer its own
		p.mu.Unlock()
		p.pipes.close()
		return err
	}
	return nil
}

func ofResources(m confine.Measure) bool { return m.Feature == protection.Resources }

// watch ends the process when it has too much of something.
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

// ungroup is for a process that has ended. It runs on a thread of its own: the one that the process was started from
// may not look there.
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

// refused says why no process was started: for want of confinement, or because the kernel would not execute the file.
func (p *process) refused() error {
	select {
	case <-p.done:
		return p.unfit
	default:
		return nil
	}
}
