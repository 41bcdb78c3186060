package pluginhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"polycom.com/usagedata/core/confine"
)

// process is the plugin's process, and go-plugin's runner (see runner.go). It executes the verified
// descriptor in a process group of its own, inherits nothing but three pipes, and is killed if the
// host ends.
type process struct {
	binary  *os.File
	lines   *lines
	env     []string
	sockets string
	bounds  bounds
	report  confine.Report  // of the protections in force
	group   *confine.Cgroup // nil if none is available

	pipes
	handshake   io.Reader
	firstOutput firstOutput
	stray       strayOutput

	mu            sync.Mutex
	cmd           *exec.Cmd
	state         *os.ProcessState
	killed        bool // killed by us
	excess        confine.Excess
	notStartedErr error         // why it was not started
	done          chan struct{} // closed after the process has ended and its output was read
}

func newProcess(binary *os.File, lines *lines, bounds bounds) *process {
	return &process{binary: binary, lines: lines, bounds: bounds, done: make(chan struct{})}
}

func (p *process) prepare(env []string, sockets string) { p.env, p.sockets = env, sockets }

// Start starts the process from a confined thread that lives as long as the process, because the
// parent-death signal is sent when the thread that started the child ends, not when the host does.
func (p *process) Start(context.Context) error {
	setCloseOnExec()
	p.group, _ = confine.NewCgroup(p.bounds.plan.Memory) // without a group, the watch bounds the memory
	started := make(chan error)
	go confine.RunOnThread(p.bounds.plan, func(thread confine.Thread) {
		err := p.startConfined(thread)
		if err != nil {
			p.notStartedErr = err
			onOtherThread(p.removeGroup)
			close(p.done)
		}
		started <- err
		if err == nil {
			p.supervise()
		}
	})
	return <-started
}

// launch runs on the confined thread: it can open only the files that the plugin can.
func (p *process) launch(thread confine.Thread) error {
	pipes, err := newPipes()
	if err != nil {
		return err
	}
	defer pipes.closeChildEnds()
	cmd := &exec.Cmd{
		// Execute the descriptor, not the path, so that the file that was hashed is the one that
		// runs. It closes on exec.
		Path:   fmt.Sprintf("/proc/self/fd/%d", p.binary.Fd()),
		Args:   []string{filepath.Base(p.binary.Name())},
		Env:    slices.Concat(p.env, p.bounds.environment, raceEnvironment()),
		Dir:    "/",
		Stdin:  pipes.childEnds[0],
		Stdout: pipes.childEnds[1],
		Stderr: pipes.childEnds[2],
		SysProcAttr: &syscall.SysProcAttr{
			Setpgid:   true,
			Pdeathsig: syscall.SIGKILL,
		},
	}
	thread.Permit(cmd.SysProcAttr)
	p.pipes = pipes
	p.handshake = io.LimitReader(pipes.stdout, maxHandshake)
	if err := cmd.Start(); err != nil {
		pipes.close()
		return notExecutable(err)
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	return nil
}

// supervise reads the log lines and waits for the process. A child of the plugin may hold the pipes
// open after the plugin has ended; killing the group and closing our ends takes care of that.
func (p *process) supervise() {
	var reading sync.WaitGroup
	reading.Go(func() { p.lines.read(p.stderr) })
	ended := make(chan struct{})
	reading.Go(func() { p.watch(ended) })
	_ = p.cmd.Wait() // the exit status is in ProcessState
	close(ended)
	p.mu.Lock()
	p.state = p.cmd.ProcessState
	p.mu.Unlock()
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	soon := time.Now().Add(time.Second)
	_ = p.stderr.SetReadDeadline(soon)
	reading.Wait()
	onOtherThread(p.removeGroup)
	p.pipes.close()
	close(p.done)
}

// onOtherThread runs call on another thread and waits for it.
func onOtherThread(call func()) {
	done := make(chan struct{})
	go func() { defer close(done); call() }()
	<-done
}

// kill kills the whole process group, including stopped processes. It does nothing before the start
// and after the end. A process that is ending already was not killed by us, even if it was killed:
// its pipes close before its status can be read, and go-plugin then kills it.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil && p.state == nil {
		p.killed = p.killed || !ending(p.cmd.Process.Pid)
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	}
}

// ending reports whether the kernel is ending the process, or has ended it.
func ending(pid int) bool {
	const exiting = 0x4 // PF_EXITING, which is set before the files are closed
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil { // the status was read a moment ago, and is not noted yet
		return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH)
	}
	// The name in parentheses may hold anything; then come state, ppid, pgrp, session, tty, tpgid, flags.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 7 {
		return false
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return err == nil && flags&exiting != 0
}

// waitEnded reports whether the process has ended completely, or was never started. It waits at
// most stopLimit: while the kernel waits for a server that is gone, a process cannot be killed, and
// ends only when the server answers or this process ends.
func (p *process) waitEnded() bool {
	p.mu.Lock()
	started := p.cmd != nil
	p.mu.Unlock()
	if !started {
		return true
	}
	select {
	case <-p.done:
		return true
	case <-time.After(stopLimit):
		return false
	}
}

// exitGrace is how long a broken connection waits for the exit status of the process.
const exitGrace = 500 * time.Millisecond

// waitExitStatus waits briefly for a process that may be about to end.
func (p *process) waitExitStatus() {
	select {
	case <-p.done:
	case <-time.After(exitGrace):
	}
}

// exitCause describes how the process ended by itself, `exit status 3` or `signal: killed`, or
// which bound it exceeded. It returns "" while the process runs, and if we killed it for another
// reason.
func (p *process) exitCause() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.excess != "" {
		return string(p.excess)
	}
	if p.state == nil || p.killed && p.state.ExitCode() < 0 {
		return ""
	}
	return p.state.String()
}
