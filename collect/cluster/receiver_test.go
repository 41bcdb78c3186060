package cluster

import (
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// receiver is a program that is started again whenever it has ended, as by systemd.
type receiver struct {
	t      *testing.T
	config string // its path
	output logged

	mu      sync.Mutex
	running *process
	ended   bool // it is not started again
	done    chan struct{}
}

// startReceiver starts a receiver with this configuration, which ends with the test.
func startReceiver(t *testing.T, path, config string) *receiver {
	t.Helper()
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &receiver{t: t, config: path, done: make(chan struct{})}
	go r.supervise()
	t.Cleanup(func() {
		r.end(syscall.SIGKILL)
		if t.Failed() {
			text := r.output.String()
			t.Logf("%s:\n%s", path, text[max(0, len(text)-3000):])
		}
	})
	return r
}

func (r *receiver) supervise() {
	defer close(r.done)
	for p := r.next(); p != nil; p = r.next() {
		<-p.exited
		// It is killed, or is asked to stop, or is started while the store does not work.
		if code := p.ProcessState.ExitCode(); !slices.Contains([]int{-1, 0, 4}, code) {
			r.t.Errorf("a receiver ended with %d", code)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// next starts the program, unless it has ended for good.
func (r *receiver) next() *process {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return nil
	}
	p, err := start(&r.output, program, "--config", r.config, "receive")
	if err != nil {
		r.t.Error(err)
		return nil
	}
	r.running = p
	return p
}

// signal sends a signal to the program that runs at present.
func (r *receiver) signal(signal syscall.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running != nil {
		_ = r.running.Process.Signal(signal) // an error means that it has exited
	}
}

// noMore makes the program that runs at present the last one.
func (r *receiver) noMore() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
}

// end ends the receiver for good, and returns its exit status, or -1 after SIGKILL.
func (r *receiver) end(signal syscall.Signal) int {
	r.noMore()
	r.signal(signal)
	<-r.done
	if r.running == nil {
		return -1
	}
	return r.running.ProcessState.ExitCode()
}
