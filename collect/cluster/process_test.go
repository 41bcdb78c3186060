package cluster

import (
	"bytes"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// process is a program that runs. The kernel kills it when this process ends.
type process struct {
	*exec.Cmd
	exited chan struct{} // closed once ProcessState is set
}

// start starts a program whose outputs go to a log.
func start(output *logged, name string, args ...string) (*process, error) {
	p := &process{exec.Command(name, args...), make(chan struct{})}
	p.Stdout, p.Stderr = output, output
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The signal comes when the thread that started the program ends, which is with this process.
		runtime.LockOSThread()
		defer close(p.exited)
		err := p.Start()
		started <- err
		if err == nil {
			_ = p.Wait() // ProcessState has the result
		}
	}()
	return p, <-started
}

// end sends a signal, and returns the exit status, or -1 after SIGKILL.
func (p *process) end(signal syscall.Signal) int {
	_ = p.Process.Signal(signal) // an error means that it has exited
	<-p.exited
	return p.ProcessState.ExitCode()
}

// logged is what programs have written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
