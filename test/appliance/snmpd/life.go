package snmpd

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// patience is how long a change of the agent's state may take, with a slow machine in mind.
const patience = 20 * time.Second

// errEnded is an agent that ended before it answered, for want of its port in most cases.
var errEnded = errors.New("it ended by itself")

// answers waits for the agent's first answer.
func (d *Daemon) answers() error {
	return d.until("it does not answer", d.alive)
}

// until looks again and again.
func (d *Daemon) until(otherwise string, is func() bool) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for !is() {
		select {
		case <-d.ended:
			return fmt.Errorf("%w: %s", errEnded, d.complaint())
		case <-late:
			return errors.New(otherwise)
		case <-again.C:
		}
	}
	return nil
}

// Stop stops the agent as it is: it keeps its port and answers nothing until Continue. Close may be called at any time.
func (d *Daemon) Stop() error { return d.signal(syscall.SIGSTOP, "T") }

// Continue lets a stopped agent go on.
func (d *Daemon) Continue() error { return d.signal(syscall.SIGCONT, "SRD") }

// signal sends one and waits until the process is in one of the states, by the letters of proc(5).
func (d *Daemon) signal(s syscall.Signal, states string) error {
	if err := syscall.Kill(d.process.Pid, s); err != nil {
		return fmt.Errorf("signal snmpd: %w", err)
	}
	return d.until("snmpd does not heed the signal", func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", d.process.Pid))
		_, after, ok := strings.Cut(string(text), ") ")
		return err == nil && ok && strings.Contains(states, after[:1])
	})
}

// Close kills the agent with all that it started, and removes its folder. An agent that has ended before is an error.
func (d *Daemon) Close() error {
	var early error
	select {
	case <-d.ended:
		early = fmt.Errorf("close snmpd: %w: %s", errEnded, d.complaint())
	default:
		early = syscall.Kill(-d.process.Pid, syscall.SIGKILL) // it holds nothing that would be worth an orderly end
	}
	<-d.ended
	return errors.Join(early, os.RemoveAll(d.folder))
}
