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

// Thread is what could be had on a confined thread, and the right to start one process from it.
type Thread struct {
	Report Report
	pass   uintptr
}

// Pass lets the process be started in spite of the confinement, which is to start none.
func (t Thread) Pass(attributes *syscall.SysProcAttr) { attributes.Cloneflags |= t.pass }

// On calls run on a thread that is confined by the plan and ends with the call, and returns after it. What run starts
// has the thread's confinement from its first instruction. A process that asked to be signalled when its parent ends is
// signalled when run returns or this process ends, and not before.
func On(plan Plan, run func(Thread)) {
	ready()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			// The first thread can't end, and is what /proc shows as the process. While it is locked here, no other goroutine
			// gets it.
			On(plan, run)
			runtime.UnlockOSThread()
			return
		}
		run(plan.restrict())
		// Not unlocked: so the thread ends with this goroutine, and no other one gets it.
	}()
	<-done
}

// ready lets the os package find out now what it can do with processes: it starts one for that, which the thread could
// not.
func ready() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Release() // it holds a descriptor
	}
}

// restrict does what has to be done, in an order in which no step forbids the next one.
func (p Plan) restrict() Thread {
	rules, failed := p.rules() // opens files: some are readable only with the privileges that go next
	if failed == nil {
		defer rules.close()
	}
	pass := newPass()
	report := Report{p.priority(), privileges()}
	report = append(report, rules.enforce(failed)...)
	return Thread{append(report, p.calls(pass)...), pass}
}

// The priority that is asked for: behind the product's, but not so far behind that a busy machine starves the
// handshake.
const (
	niceness      = 10
	idle          = 3 << 13 // IOPRIO_CLASS_IDLE
	ioprioProcess = 1       // IOPRIO_WHO_PROCESS
)

func (p Plan) priority() Measure {
	if p.Eager {
		return lacking(protection.Priority, "niceness", errors.New("it is in a hurry"))
	}
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, niceness); err != nil {
		return lacking(protection.Priority, "niceness", err)
	}
	if _, _, no := unix.RawSyscall(unix.SYS_IOPRIO_SET, ioprioProcess, 0, idle); no != 0 {
		return lacking(protection.Priority, "idle input and output", no)
	}
	return had(protection.Priority, fmt.Sprintf("niceness %d, idle input and output", niceness))
}
