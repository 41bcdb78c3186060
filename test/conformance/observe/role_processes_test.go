package observe

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func processRoles() map[string]role {
	return map[string]role{
		"execute":       does(func(a []string) error { return syscall.Exec(a[0], a, nil) }),
		"start":         does(func(a []string) error { return exec.Command(a[0], a[1:]...).Run() }),
		"child writes":  does(func(a []string) error { return descend("write", a) }),
		"grandchild":    does(func(a []string) error { return descend("child writes", a) }),
		"child signals": does(func([]string) error { return descend("signal itself", nil) }),
		"signal":        does(func(a []string) error { return syscall.Kill(whole(a[0]), syscall.SIGCONT) }),
		"ask":           does(func(a []string) error { return syscall.Kill(whole(a[0]), 0) }),
		"signal a thread": does(func(a []string) error {
			_, _, no := unix.Syscall(unix.SYS_TKILL, uintptr(whole(a[0])), uintptr(unix.SIGCONT), 0)
			return errnoError(no)
		}),
		"signal a group's thread": does(func(a []string) error {
			return unix.Tgkill(whole(a[0]), whole(a[0]),
				unix.SIGCONT)
		}),
		"queue": does(func(a []string) error {
			_, _, no := unix.Syscall(unix.SYS_RT_SIGQUEUEINFO, uintptr(whole(a[0])), uintptr(unix.SIGCONT), 0)
			return errnoError(no)
		}),
		"queue for a thread": does(func(a []string) error {
			_, _, no := unix.Syscall6(unix.SYS_RT_TGSIGQUEUEINFO, uintptr(whole(a[0])), uintptr(whole(a[0])),
				uintptr(unix.SIGCONT), 0, 0, 0)
			return errnoError(no)
		}),
		"own a pipe for": does(func(a []string) error { return own(unix.F_SETOWN, uintptr(whole(a[0]))) }),
		"own a pipe for the group of": does(func(a []string) error {
			return own(unix.F_SETOWN, uintptr(-whole(a[0])))
		}),
		"own a pipe by structure for": does(func(a []string) error {
			owner = [2]int32{1, int32(whole(a[0]))} // 1 is a process
			return own(unix.F_SETOWN_EX, uintptr(unsafe.Pointer(&owner)))
		}),
		"own a pipe by request for": does(func(a []string) error {
			owner[0] = int32(whole(a[0]))
			_, _, no := unix.Syscall(unix.SYS_IOCTL, 0, fioSetOwn, uintptr(unsafe.Pointer(&owner)))
			if no == unix.ENOTTY || no == unix.EINVAL { // standard input has no owner
				no = 0
			}
			return errnoError(no)
		}),
		"own a pipe for itself": does(func([]string) error { return own(unix.F_SETOWN, uintptr(os.Getpid())) }),
		"leave objects":         does(func([]string) error { return leaveObjects() }),
		"signal itself":         does(func([]string) error { return syscall.Kill(os.Getpid(), syscall.SIGCONT) }),
		"signal by file":        does(signalByFile),
	}
}

// owner is in no stack, which could move while its address is used.
var owner [2]int32

// own makes a process the owner of a pipe.
func own(how, owner uintptr) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer w.Close()
	defer r.Close()
	_, _, no := unix.Syscall(unix.SYS_FCNTL, r.Fd(), how, owner)
	return errnoError(no)
}

// leaveObjects attempts to make each sort of object, and returns the last error.
func leaveObjects() error {
	name := []byte("observed\x00")
	_, _, _ = unix.Syscall(unix.SYS_SHMGET, unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o600)
	_, _, _ = unix.Syscall(unix.SYS_SEMGET, unix.IPC_PRIVATE, 1, unix.IPC_CREAT|0o600)
	_, _, _ = unix.Syscall(unix.SYS_MSGGET, unix.IPC_PRIVATE, unix.IPC_CREAT|0o600, 0)
	_, _, _ = unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(&name[0])), unix.O_CREAT|unix.O_RDWR, 0o600, 0, 0,
		0)
	_, err := unix.AddKey("user", "observed", name, unix.KEY_SPEC_PROCESS_KEYRING)
	return err
}

func whole(text string) int { n, _ := strconv.Atoi(text); return n }

func signalByFile(a []string) error {
	fd, err := unix.PidfdOpen(whole(a[0]), 0)
	if err != nil {
		return err
	}
	return unix.PidfdSendSignal(fd, unix.SIGCONT, nil, 0)
}

// descend plays a role as a child.
func descend(role string, args []string) error {
	command := exec.Command("/proc/self/exe", args...)
	command.Env = []string{roleOf + "=" + role, "GORACE=atexit_sleep_ms=0"}
	said, err := command.Output()
	if err == nil && string(said) != "done" {
		err = errors.New(string(said))
	}
	return err
}

// interrupt writes while its thread is signaled all the time.
func interrupt(args []string) error {
	runtime.LockOSThread()
	thread, done := unix.Gettid(), make(chan bool)
	go func() {
		for pace := time.Tick(20 * time.Microsecond); ; <-pace {
			select {
			case <-done:
				return
			default:
				_ = unix.Tgkill(os.Getpid(), thread, unix.SIGURG) // the runtime has a handler for it
			}
		}
	}()
	defer close(done)
	for n := range 200 {
		if err := os.Mkdir(filepath.Join(args[0], strconv.Itoa(n)), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// parent starts an observed program that waits, prints its number, and waits itself.
func parent([]string) error {
	runtime.LockOSThread() // the signal at the parent's end is sent when this thread ends
	command := &exec.Cmd{
		Path: "/proc/self/exe", Env: []string{roleOf + "=wait"}, Stdin: os.Stdin,
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	if _, err := Start(command, nil); err != nil {
		return err
	}
	_, _ = os.Stdout.WriteString(strconv.Itoa(command.Process.Pid) + "\n")
	return command.Wait()
}
