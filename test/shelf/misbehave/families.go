package misbehave

import (
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Arguments by which the program is a child of itself.
const (
	childArgument  = "-child"
	parentArgument = "-parent"
)

// families are plugins that do not come alone.
func families() map[string]life {
	return map[string]life{
		"grandchild": collecting(meanwhile(func() { leave(childArgument, nil) })),
		"owngroup":   collecting(meanwhile(func() { leave(childArgument, &syscall.SysProcAttr{Setpgid: true}) })),
		"session":    collecting(meanwhile(func() { leave(childArgument, &syscall.SysProcAttr{Setsid: true}) })),
		"orphan":     collecting(meanwhile(orphan)),
		"survives":   collecting(func(stream) error { leave(childArgument, nil); waitForSignal(); return nil }),
		"clings":     clings,
	}
}

// leave starts a child that holds standard error. One that is refused is as good as none.
func leave(argument string, how *syscall.SysProcAttr) *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		return nil
	}
	child := exec.Command(path, argument)
	child.Stderr, child.SysProcAttr = stderr, how
	if err := child.Start(); err != nil {
		complain("could not start", err)
		return nil
	}
	return child
}

// orphan waits for the child, which has left one of its own.
func orphan() {
	if child := leave(parentArgument, &syscall.SysProcAttr{Setsid: true}); child != nil {
		_ = child.Wait()
	}
}

func beParent() {
	leave(childArgument, &syscall.SysProcAttr{Setsid: true})
	<-time.After(100 * time.Millisecond)
}

// beChild ignores what can be ignored.
func beChild() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	forever()
}

// clings asks the kernel not to be ended with the host, and leaves a child that does not hear of it either.
func clings() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	onFirstThread(func() {
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0); err != nil {
			complain("could not cling", err)
		}
	})
	collecting(func(stream) error {
		leave(childArgument, &syscall.SysProcAttr{Setsid: true})
		waitForSignal()
		return nil
	})()
}

// onFirstThread runs that on the process's first thread, the one that bears the signal. It holds on to each thread that
// it is given until it is given that one.
func onFirstThread(run func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if unix.Gettid() == os.Getpid() {
		run()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		onFirstThread(run)
	}()
	<-done
}
