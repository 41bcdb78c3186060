package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is the server's main process, which stops its children before it exits. SIGQUIT makes it
// do so at once.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

// launch starts the command on a thread that lives as long as the process: the kernel sends the
// parent-death signal when the thread that started the child exits, not when its process does.
func launch(cmd *exec.Cmd, log string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer out.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // regardless of the exit status
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return p, nil
}

// end waits until all processes of the server are gone.
func (p *process) end() {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // unless it has exited already
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second): // it waits five seconds for its own children
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}
