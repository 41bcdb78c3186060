package observe

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Watch is one observed program, with all that it starts.
type Watch struct {
	record
	allow    func(Act) bool
	calls    map[uint32]call
	listener *os.File
	raw      syscall.RawConn // of the listener
	launched notice          // the launcher's call that executes the program; the watching goroutine's own
	done     chan struct{}
}

func newWatch(fd int, allow func(Act) bool) (*Watch, error) {
	if err := unix.SetNonblock(fd, true); err != nil { // so that the runtime waits for it, and Close ends the waiting
		return nil, errors.Join(fmt.Errorf("wait for the listener: %w", err), unix.Close(fd))
	}
	w := &Watch{allow: allow, calls: map[uint32]call{}, listener: os.NewFile(uintptr(fd), ""), done: make(chan struct{})}
	var err error
	if w.raw, err = w.listener.SyscallConn(); err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the listener: %w", err), w.listener.Close())
	}
	for _, c := range calls(0) {
		w.calls[c.number] = c
	}
	go w.watch()
	return w, nil
}

// Close ends the watching. It is for when the program has ended and was waited for; what still runs of it gets ENOSYS
// for what it does.
func (w *Watch) Close() error {
	err := w.listener.Close()
	<-w.done
	if errors.Is(err, os.ErrClosed) {
		return nil // all processes have ended, and with them the watching
	}
	return err
}

// watch answers one call after the other until no process is left that could make one, or the listener is closed.
func (w *Watch) watch() {
	defer close(w.done)
	for w.next() == nil {
	}
	_ = w.listener.Close() // if it was not what ended this
}

func (w *Watch) next() error {
	var n notice
	var failed error
	if err := w.raw.Read(func(fd uintptr) (done bool) {
		done, failed = n.receive(fd)
		return done
	}); err != nil {
		return err
	}
	if failed == nil && n.id != 0 {
		w.judge(n)
	}
	return failed
}

// judge reads what the call is about, decides, answers and records. The notification may be void by then: the call was
// interrupted, and comes again, or the process has been killed.
func (w *Watch) judge(n notice) {
	acts, let := w.decide(n)
	_ = w.raw.Control(func(fd uintptr) {
		if n.valid(fd) { // else what was read may be another's
			w.add(n, acts, func() bool { return n.answer(fd, let) })
		}
	})
}

// decide lets a call happen if all its acts are let.
func (w *Watch) decide(n notice) (acts []Act, let bool) {
	c, let := w.calls[uint32(n.number)], true
	if c.kind == Execute && (w.launched.tid == 0 || n.same(w.launched)) {
		w.launched = n // the first call of all that are seen; if a signal interrupts it, it comes again
		return nil, true
	}
	if c.what == nil {
		return nil, false // the filter names no such call
	}
	pid := processOf(int(n.tid))
	for _, what := range c.what(n) {
		act := Act{Kind: c.kind, What: what, PID: pid, Let: true}
		act.Let = w.allow == nil || w.allow(act)
		acts, let = append(acts, act), let && act.Let
	}
	for i := range acts {
		acts[i].Let = let
	}
	return acts, let
}
