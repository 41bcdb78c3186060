package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// Thread is a confined thread, which [RunOnThread] makes: the state of its protections, and the
// right to start one process from it.
type Thread struct {
	Report Report
	pass   uintptr
}

// Permit allows the start of the process although the confinement forbids starting any.
func (t Thread) Permit(attributes *syscall.SysProcAttr) { attributes.Cloneflags |= t.pass }

// RunOnThread calls run on a [Thread] that is confined by the plan, and returns when run has
// returned and the thread has ended. A process that run starts has the thread's confinement from
// its first instruction. If the process asked for a signal at the end of its parent, it gets the
// signal when run returns or this process ends, and not before.
func RunOnThread(plan Plan, run func(Thread)) {
	initProcessSupport()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			// The first thread cannot end, and /proc shows it as the process. While it is locked
			// here, no other goroutine gets it.
			RunOnThread(plan, run)
			runtime.UnlockOSThread()
			return
		}
		run(plan.restrict())
		// It is not unlocked, so the thread ends with this goroutine, and no other goroutine gets
		// it.
	}()
	<-done
}

// initProcessSupport lets package os find out now which process functions the kernel has. It starts
// a process for that, which the confined thread could not.
func initProcessSupport() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Release() // it holds a descriptor
	}
}

// restrict sets all protections, in an order in which no step prevents the next one.
func (p Plan) restrict() Thread {
	rules, failed := p.rules() // opens files: some are readable only with the privileges that are dropped next
	if failed == nil {
		defer rules.close()
	}
	pass := newPass()
	report := Report{p.lowerPriority(), dropPrivileges()}
	report = append(report, rules.enforce(failed)...)
	return Thread{append(report, p.filterCalls(pass)...), pass}
}

// The priority of the plugin is lower than the product's, but not so low that the handshake starves
// on a busy machine.
const (
	niceness      = 10
	idle          = 3 << 13 // IOPRIO_CLASS_IDLE
	ioprioProcess = 1       // IOPRIO_WHO_PROCESS
)

func (p Plan) lowerPriority() Status {
	if p.KeepPriority {
		return notEnforced(protection.Priority, "niceness", errors.New("the plugin keeps the host's priority"))
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, niceness); err != nil {
		return notEnforced(protection.Priority, "niceness", err)
	}
	if _, _, no := unix.RawSyscall(unix.SYS_IOPRIO_SET, ioprioProcess, 0, idle); no != 0 {
		return notEnforced(protection.Priority, "idle I/O class", no)
	}
	return enforced(protection.Priority, fmt.Sprintf("niceness %d, idle I/O class", niceness))
}
