package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"polycom.com/usagedata/test/conformance/observe"
)

// Line waits for the first line on standard output. It returns an error if the process exits or the
// context ends before.
func (p *Plugin) Line(ctx context.Context) ([]byte, error) {
	select {
	case <-p.out.line:
		return p.out.firstLine(), nil
	case <-ctx.Done():
		return nil, errors.New("it printed no complete line in time")
	case <-p.ended:
	}
	select {
	case <-p.out.line:
		return p.out.firstLine(), nil
	default:
		return nil, fmt.Errorf("it ended before it printed a line: %s", p.State())
	}
}

// State returns how the process ended, in the system's words, or "" while it runs.
func (p *Plugin) State() string {
	select {
	case <-p.ended:
		return p.cmd.ProcessState.String()
	default:
		return ""
	}
}

// Code returns the exit status, or -1 while the process runs or if a signal killed it.
func (p *Plugin) Code() int {
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	default:
		return -1
	}
}

// WaitEnded reports whether the process exited before the context ended.
func (p *Plugin) WaitEnded(ctx context.Context) bool {
	select {
	case <-p.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// Sockets lists the files in the plugin's folder.
func (p *Plugin) Sockets() []string {
	found, _ := filepath.Glob(filepath.Join(p.Folder, "*"))
	return found
}

// Acts returns each [observe.Act] observed so far.
func (p *Plugin) Acts() []observe.Act { return p.watch.Acts() }

// Permissions returns the permissions of the plugin's socket, or 0 if there is none. A user who may
// write it may connect.
func Permissions(line Line) os.FileMode {
	info, err := os.Lstat(line.Address)
	if err != nil {
		return 0
	}
	return info.Mode().Perm()
}

// Terminate sends the process SIGTERM, as the system does when the service is stopped.
func (p *Plugin) Terminate() { _ = syscall.Kill(p.cmd.Process.Pid, syscall.SIGTERM) }

// CloseLifeline closes the lifeline, as the host's exit would.
func (p *Plugin) CloseLifeline() { _ = p.lifeline.Close() }

// kill kills the process group, and the process, which may have left that group.
func (p *Plugin) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	_ = p.cmd.Process.Kill()
}

// Close kills the process and its process group, and removes the folder.
func (p *Plugin) Close() error {
	p.CloseLifeline()
	if p.conn != nil {
		_ = p.conn.Close()
	}
	p.kill()
	<-p.ended
	p.overhearing.Wait()
	return errors.Join(p.watch.Close(), p.remove())
}
