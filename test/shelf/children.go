package shelf

import (
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// With these arguments, the program is a child of itself.
const (
	childArgument  = "-child"
	parentArgument = "-parent"
)

// withItsChildren returns plugins that start children.
func withItsChildren() []Plugin {
	const waits = "it waits for its host to be killed; left alone it hangs in Collect, as hangscollect does"
	return []Plugin{
		breaks("grandchild", "leaves a child that holds standard error open", "readonly.processes",
			meanwhile(func() { leave(childArgument, nil) })).host(Whole, ""),
		breaks("owngroup", "leaves a child in a process group of its own", "readonly.processes",
			meanwhile(func() { leave(childArgument, &syscall.SysProcAttr{Setpgid: true}) })).
			host(Whole, couldNot).needs(protection.Processes),
		breaks("session", "leaves a child in a session of its own", "readonly.processes",
			meanwhile(func() { leave(childArgument, &syscall.SysProcAttr{Setsid: true}) })).
			host(Whole, couldNot).needs(protection.Processes),
		breaks("orphan", "leaves a grandchild in a session of its own, whose parent is gone", "readonly.processes",
			meanwhile(orphan)).host(Whole, couldNot).needs(protection.Processes),
		unchecked("survives", "hangs, with a child, when its host is killed", waits,
			afterFirst(func(stream, []*pluginpb.Category) error {
				leave(childArgument, nil)
				waitForKill()
				return nil
			})).
			host(Partly, "").killed().needs(protection.Processes),
		unchecked("clings", "takes back the signal that ends it with its host", waits, clings).
			host(Partly, "").killed().needs(protection.Calls),
	}
}

// beOf runs the child that the argument names.
func beOf(argument string) {
	switch argument {
	case childArgument: // ignores every signal that can be ignored
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
		forever()
	case parentArgument:
		leave(childArgument, &syscall.SysProcAttr{Setsid: true})
		<-time.After(100 * time.Millisecond)
	}
}

// waitForKill marks that it waits, and hangs.
func waitForKill() {
	runtime.LockOSThread()
	mark, err := unix.BytePtrFromString(Mark)
	if err != nil {
		panic(err)
	}
	_, _, _ = unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_NAME, uintptr(unsafe.Pointer(mark)), 0)
	forever()
}

// leave starts a child that holds standard error. If that is refused, it returns nil.
func leave(argument string, how *syscall.SysProcAttr) *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		return nil
	}
	child := exec.Command(path, argument)
	child.Stderr, child.SysProcAttr = stderr, how
	if err := child.Start(); err != nil {
		complain("start", err)
		return nil
	}
	return child
}

// orphan waits for the child, which has left a child of its own.
func orphan() {
	if child := leave(parentArgument, &syscall.SysProcAttr{Setsid: true}); child != nil {
		_ = child.Wait()
	}
}

// clings clears its parent-death signal, and leaves a child that does not get one either.
func clings() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	onFirstThread(func() {
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0); err != nil {
			complain("cling", err)
		}
	})
	afterFirst(func(stream, []*pluginpb.Category) error {
		leave(childArgument, &syscall.SysProcAttr{Setsid: true})
		waitForKill()
		return nil
	})()
}

// onFirstThread calls run on the process's first thread, which has the parent-death signal. It
// locks each thread that it gets until it gets that one.
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
