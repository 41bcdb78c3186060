package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is the server's first one, which ends its children before itself. SIGQUIT tells it to do so at once.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// launch starts it on a thread that lives as long as it: the parent-death signal is sent when the thread that started
// the child ends, not when the process does.
func launch(cmd *exec.Cmd, log string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	p := &process{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer out.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // however it ended
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return p, nil
}

// end waits until nothing of the server is left.
func (p *process) end() {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // or it has ended
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second): // its own patience with its children is five
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}
