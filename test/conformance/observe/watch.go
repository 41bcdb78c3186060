package observe

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Watch observes one program and all processes that it starts.
type Watch struct {
	record
	allow    func(Act) bool
	calls    map[uint32]call
	opens    map[uint32]open // if reads are observed
	listener *os.File
	raw      syscall.RawConn // of the listener
	launched notice          // the launcher's call that executes the program; used only by the watching goroutine
	done     chan struct{}
}

func newWatch(fd int, allow func(Act) bool, reads bool) (*Watch, error) {
	if err := unix.SetNonblock(fd, true); err != nil { // lets the runtime wait for it, and Close end the wait
		return nil, errors.Join(fmt.Errorf("wait for the listener: %w", err), unix.Close(fd))
	}
	w := &Watch{allow: allow, calls: map[uint32]call{}, listener: os.NewFile(uintptr(fd), ""),
		done: make(chan struct{})}
	var err error
	if w.raw, err = w.listener.SyscallConn(); err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the listener: %w", err), w.listener.Close())
	}
	for _, c := range calls(0) {
		w.calls[c.number] = c
	}
	if reads {
		w.opens = opens()
	}
	go w.watch()
	return w, nil
}

// Close ends the observation. Call it after the program has exited and was waited for; processes
// that still run get ENOSYS for the observed calls.
func (w *Watch) Close() error {
	err := w.listener.Close()
	<-w.done
	if errors.Is(err, os.ErrClosed) {
		return nil // all processes have ended, which ended the observation
	}
	return err
}

// watch answers one call after the other until no process is left that could make one, or the
// listener is closed.
func (w *Watch) watch() {
	defer close(w.done)
	for w.next() == nil {
	}
	_ = w.listener.Close() // unless its closing ended the loop
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

// judge reads the call's arguments, decides, answers and records. The notification may be void by
// then: either the call was interrupted and comes again, or the process was killed.
func (w *Watch) judge(n notice) {
	acts, let := w.decide(n)
	_ = w.raw.Control(func(fd uintptr) {
		if n.valid(fd) { // otherwise the data may be another process's
			w.add(n, acts, func() bool { return n.answer(fd, let) })
		}
	})
}

// decide permits a call if all its acts are permitted.
func (w *Watch) decide(n notice) (acts []Act, let bool) {
	c, let := w.calls[uint32(n.number)], true
	if c.kind == Execute && (w.launched.tid == 0 || n.same(w.launched)) {
		w.launched = n // the first observed call; if a signal interrupts it, it comes again
		return nil, true
	}
	if c.objects == nil {
		return nil, false // the filter names no such call
	}
	if o, is := w.opens[uint32(n.number)]; is && o.flags(n)&writing == 0 {
		if o.flags(n)&unix.O_PATH != 0 {
			return nil, true // it gives access to nothing
		}
		c.kind, c.objects = Read, o.object
	}
	pid := processOf(int(n.tid))
	for _, object := range c.objects(n) {
		act := Act{Kind: c.kind, Object: object, Call: c.name, PID: pid, Let: true}
		act.Let = w.allow == nil || w.allow(act)
		acts, let = append(acts, act), let && act.Let
	}
	for i := range acts {
		acts[i].Let = let
	}
	return acts, let
}
