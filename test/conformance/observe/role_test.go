package observe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"go.uber.org/goleak"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// roleOf is an environment variable. The test binary is the launcher of these tests, and also the
// observed program: if the variable is set, it plays a role and prints the result.
const roleOf = "TEST_ROLE"

// olderKernel makes a launcher behave as on a kernel before 5.19.
const olderKernel = "TEST_OLDER_KERNEL=yes"

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), olderKernel) {
		ways = ways[1:]
	}
	Launch()
	if role, ok := os.LookupEnv(roleOf); ok {
		output := play(role, os.Args[1:])
		_, _ = os.Stdout.WriteString(output)
		os.Exit(exitCode(role))
	}
	goleak.VerifyTestMain(m)
}

func exitCode(role string) int {
	if role == "exit" {
		return 7
	}
	return 0
}

// play returns the kernel's word for an error, or the role's result.
func play(role string, args []string) string {
	act, ok := roles()[role]
	if !ok {
		return "no such role"
	}
	output, err := act(args)
	var no syscall.Errno
	switch {
	case errors.As(err, &no):
		return unix.ErrnoName(no)
	case err != nil:
		return err.Error()
	case output == "":
		return "done"
	}
	return output
}

type role = func(args []string) (output string, err error)

// does is a role without a result.
func does(act func(args []string) error) role {
	return func(args []string) (string, error) { return "", act(args) }
}

func roles() map[string]role {
	all := map[string]role{
		"nothing": does(func([]string) error { return nil }),
		"exit":    does(func([]string) error { return nil }),
		"read": func(args []string) (string, error) {
			text, err := os.ReadFile(args[0])
			return string(text), err
		},
		"busy":   does(busy),
		"state":  func([]string) (string, error) { return state() },
		"parent": does(parent),
		"wait":   does(func([]string) error { _, err := io.Copy(io.Discard, os.Stdin); return err }),
		"late": does(func(a []string) error {
			_,
				_ = io.Copy(io.Discard, os.Stdin)
			return os.Mkdir(a[0], 0o700)
		}),
		"many":           does(many),
		"many that read": does(manyThatRead),
		"interrupted":    does(interrupt),
		"raw":            makeRaw,
		"report unavailable": func([]string) (string, error) {
			return fmt.Sprint(errors.Is(Probe(), errUnavailable)), nil
		},
		"report blind": func([]string) (string, error) {
			if err := refuse(unix.SYS_PROCESS_VM_READV); err != nil {
				return "", err
			}
			return fmt.Sprint(errors.Is(Probe(), errUnavailable)), nil
		},
	}
	for _, more := range []map[string]role{fileRoles(), callRoles(), networkRoles(), processRoles()} {
		for name, act := range more {
			all[name] = act
		}
	}
	return all
}

// refuse lets a call fail in this process from now on, as some containers do.
func refuse(call uint32) error {
	refused := bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)}
	program, err := bpf.Assemble(append([]bpf.Instruction{bpf.LoadAbsolute{Off: atNumber, Size: 4}},
		append(on(call, refused), allow)...))
	if err != nil {
		return err
	}
	var steps []unix.SockFilter
	for _, s := range program {
		steps = append(steps, unix.SockFilter{Code: s.Op, Jt: s.Jt, Jf: s.Jf, K: s.K})
	}
	filter := unix.SockFprog{Len: uint16(len(steps)), Filter: &steps[0]}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, no := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&filter)))
	return errnoError(no)
}

func errnoError(no syscall.Errno) error {
	if no != 0 {
		return no
	}
	return nil
}

// busy does things that every program does and that change nothing: threads, signals between them,
// pipes, a file in memory, sockets of its own.
func busy([]string) error {
	done := make(chan bool)
	for range 8 {
		go func() {
			runtime.LockOSThread() // a thread each, which ends with the goroutine
			for range 10 {
				runtime.GC()
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	fd, err := unix.MemfdCreate("x", 0)
	if err != nil {
		return err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	err = unix.Sendmsg(pair[0], []byte("x"), unix.UnixRights(fd), nil, 0)
	_, listing := os.ReadDir("/proc/self/task")
	return errors.Join(err, listing, r.Close(), w.Close())
}

// state returns everything that a program finds at its start.
func state() (string, error) {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return "", err
	}
	var named []string
	for _, file := range open {
		to, err := os.Readlink("/proc/self/fd/" + file.Name())
		if err != nil || strings.Contains(to, "[eventpoll]") || strings.Contains(to, "[eventfd]") { // the runtime's own
			continue
		}
		kind, _, _ := strings.Cut(to, ":")
		named = append(named, file.Name()+"="+kind)
	}
	slices.Sort(named)
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	limits, err := os.ReadFile("/proc/self/limits")
	if err != nil {
		return "", err
	}
	exe, err := os.Readlink("/proc/self/exe")
	return fmt.Sprintln("files", named) + fmt.Sprintln("args", os.Args) + fmt.Sprintln("env", os.Environ()) +
		fmt.Sprintln("folder", folder) +
		fmt.Sprintln("leads its group", syscall.Getpgrp() == os.Getpid()) + fmt.Sprintln("program",
		filepath.Base(exe)) +
		string(limits), err
}

// many attempts more acts of one kind than are kept, without effect.
func many(args []string) error {
	for n := range maxOfEach + 5 {
		_ = unix.Unlink(args[0] + strconv.Itoa(n))
	}
	return nil
}

func manyThatRead(args []string) error {
	for range maxOfEach + 5 {
		fd, err := unix.Open(args[0], unix.O_RDONLY, 0)
		if err != nil {
			return err
		}
		_ = unix.Close(fd)
	}
	return nil
}
