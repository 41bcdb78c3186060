package confine

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/protection"
)

// attemptOf is the environment variable that makes the test binary the confined process of these
// tests: it makes one attempt and writes the result.
const attemptOf = "TEST_ATTEMPT"

func TestMain(m *testing.M) {
	if what, ok := os.LookupEnv(attemptOf); ok {
		_, _ = os.Stdout.WriteString(errnoName(attempt(what, os.Args[1:])))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// errnoName returns the kernel's name for an error.
func errnoName(err error) string {
	var number syscall.Errno
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &number):
		return unix.ErrnoName(number)
	}
	return err.Error()
}

// attempt makes one of the attempts that a hostile plugin could think of.
func attempt(what string, args []string) error {
	switch what {
	case "nothing":
		return nil
	case "read":
		_, err := os.ReadFile(args[0])
		return err
	case "list":
		_, err := os.ReadDir(args[0])
		return err
	case "write":
		return os.WriteFile(args[0], []byte("x"), 0o600)
	case "create":
		f, err := os.Create(args[0])
		return errors.Join(err, f.Close())
	case "truncate":
		return os.Truncate(args[0], 0)
	case "remove":
		return os.Remove(args[0])
	case "folder":
		return os.Mkdir(args[0], 0o700)
	case "link":
		return os.Symlink("/etc/passwd", args[0])
	case "move":
		return os.Rename(args[0], args[1])
	case "mode":
		return os.Chmod(args[0], 0o777)
	case "owner":
		return os.Chown(args[0], os.Getuid(), os.Getgid())
	case "touch":
		return os.Chtimes(args[0], time.Now(), time.Now())
	case "execute":
		command := exec.Command(args[0])
		command.Env = []string{attemptOf + "=nothing", "GORACE=atexit_sleep_ms=0"}
		return command.Run()
	}
	return attemptMore(what, args)
}

func attemptMore(what string, args []string) error {
	switch what {
	case "connect":
		return closeConnection(net.Dial(args[0], args[1]))
	case "listen":
		listener, err := net.Listen(args[0], args[1])
		if err != nil {
			return err
		}
		return listener.Close()
	case "socket":
		return socket(args)
	case "fast open":
		return fastOpen()
	case "signal":
		return syscall.Kill(integer(args[0]), syscall.SIGCONT)
	case "trace":
		return unix.PtraceAttach(integer(args[0]))
	case "memory of":
		_, err := os.ReadFile("/proc/" + args[0] + "/environ")
		return err
	case "wait":
		return wait(args[0] == "hidden")
	case "be traced":
		_, _, no := unix.RawSyscall(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0)
		return fault(no)
	case "priority":
		return unix.Setpriority(unix.PRIO_PROCESS, 0, 0)
	case "disk priority":
		_, _, no := unix.RawSyscall(unix.SYS_IOPRIO_SET, ioprioProcess, 0, 2<<13)
		return fault(no)
	case "rank":
		nice, _ := unix.Getpriority(unix.PRIO_PROCESS, 0) // the system call returns 20 minus the nice value
		class, _, _ := unix.RawSyscall(unix.SYS_IOPRIO_GET, ioprioProcess, 0, 0)
		return fmt.Errorf("%d %d", 20-nice, class>>13)
	case "file in memory":
		_, err := unix.MemfdCreate("x", 0)
		return err
	case "shared memory":
		_, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o600)
		return err
	case "semaphore", "queue", "named queue", "key":
		return leave(what)
	case "namespace":
		return unix.Unshare(unix.CLONE_NEWUSER)
	case "namespace by clone":
		return (&exec.Cmd{
			Path: "/proc/self/exe", Env: []string{attemptOf + "=nothing"}, // the child must not try the same again
			SysProcAttr: &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER},
		}).Start()
	case "mount":
		return unix.Mount("none", args[0], "tmpfs", 0, "")
	case "cores":
		return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20})
	case "descriptors":
		return descend()
	case "eat", "thread", "fill":
		exceed(what, args)
	case "eat by child":
		if err := child("eat"); err != nil {
			return err
		}
		<-time.After(5 * time.Minute) // the child is killed before, also on a busy machine
	case "guess":
		_, _, no := unix.RawSyscall6(unix.SYS_CLONE, 12345<<passShift|uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
		return fault(no)
	case "start":
		return child("nothing")
	case "status":
		text, err := os.ReadFile("/proc/self/status")
		return errors.Join(err, errors.New(string(text)))
	}
	return errors.New("no such attempt")
}

func fault(no syscall.Errno) error {
	if no != 0 {
		return no
	}
	return nil
}

// leave makes an object of the kernel that would outlive the process.
func leave(what string) error {
	var no syscall.Errno
	switch name := []byte("x\x00"); what {
	case "semaphore":
		_, _, no = unix.RawSyscall(unix.SYS_SEMGET, unix.IPC_PRIVATE, 1, unix.IPC_CREAT|0o600)
	case "queue":
		_, _, no = unix.RawSyscall(unix.SYS_MSGGET, unix.IPC_PRIVATE, unix.IPC_CREAT|0o600, 0)
	case "named queue":
		_, _, no = unix.RawSyscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(&name[0])),
			unix.O_CREAT|unix.O_RDWR, 0o600, 0, 0, 0)
	case "key":
		_, err := unix.AddKey("user", "x", name, unix.KEY_SPEC_PROCESS_KEYRING)
		return err
	}
	return fault(no)
}

func integer(text string) int { n, _ := strconv.Atoi(text); return n }

func closeConnection(connection net.Conn, err error) error {
	if err != nil {
		return err
	}
	return connection.Close()
}

func socket(args []string) error {
	fd, err := unix.Socket(integer(args[0]), integer(args[1]), integer(args[2]))
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func fastOpen() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Sendto(fd, []byte("x"), unix.MSG_FASTOPEN, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}})
}

// descend opens files until there are no descriptors left, and reports how many there were.
func descend() error {
	for n := 0; ; n++ {
		if _, err := unix.Open("/dev/null", unix.O_RDONLY, 0); err != nil {
			return fmt.Errorf("%d: %s", n/100, errnoName(err))
		}
	}
}

// confined returns a test's [Plan], with this binary and a folder, and a second folder that the
// process must not touch.
func confined(t *testing.T) (plan Plan, secrets string) {
	t.Helper()
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { binary.Close() })
	plan = Plan{Binary: binary, Folder: t.TempDir(), Memory: 64 << 20}
	secrets = t.TempDir()
	for _, name := range []string{"secret", "other"} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte("s3cret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return plan, secrets
}

// try makes the confined process attempt something and returns its output.
func try(t *testing.T, plan Plan, what string, args ...string) string {
	t.Helper()
	var output bytes.Buffer
	command := &exec.Cmd{
		Path: fmt.Sprintf("/proc/self/fd/%d", plan.Binary.Fd()), Args: append([]string{"plugin"}, args...), Dir: "/",
		Env: []string{attemptOf + "=" + what, "GORACE=atexit_sleep_ms=0"}, Stdout: &output, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	var failed error
	RunOnThread(plan, func(thread Thread) {
		wanted := []protection.Feature{protection.Privileges, protection.Files, protection.Network, protection.Signals,
			protection.Calls}
		if lacking := thread.Report.Lacking(wanted); len(lacking) > 0 {
			failed = fmt.Errorf("this machine lacks %v: %v", lacking, thread.Report)
			return
		}
		thread.Permit(command.SysProcAttr)
		if failed = command.Start(); failed == nil {
			SetLimits(command.Process.Pid)
			failed = command.Wait()
		}
	})
	if failed != nil {
		return failed.Error()
	}
	return strings.TrimSpace(output.String())
}
