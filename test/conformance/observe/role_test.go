package observe

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// The test binary is the launcher of these tests, and also the observed program: with this in its environment, it plays a role and tells what came
// of it.
const roleOf = "TEST_ROLE"

// olderKernel lets a launcher do as on a kernel before 5.19.
const olderKernel = "TEST_OLDER_KERNEL=yes"

func TestMain(m *testing.M) {
	if slices.Contains(os.Environ(), olderKernel) {
		ways = ways[1:]
	}
	Launch()
	if role, ok := os.LookupEnv(roleOf); ok {
		told := play(role, os.Args[1:])
		_, _ = os.Stdout.WriteString(told)
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

// play is the kernel's word for an error, or what the role has to tell.
func play(role string, args []string) string {
	act, ok := roles()[role]
	if !ok {
		return "no such role"
	}
	told, err := act(args)
	var no syscall.Errno
	switch {
	case errors.As(err, &no):
		return unix.ErrnoName(no)
	case err != nil:
		return err.Error()
	case told == "":
		return "done"
	}
	return told
}

type role = func(args []string) (told string, err error)

// does is a role that has nothing to tell.
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
		"busy":           does(busy),
		"state":          func([]string) (string, error) { return state() },
		"parent":         does(parent),
		"wait":           does(func([]string) error { _, err := io.Copy(io.Discard, os.Stdin); return err }),
		"late":           does(func(a []string) error { _, _ = io.Copy(io.Discard, os.Stdin); return os.Mkdir(a[0], 0o700) }),
		"many":           does(many),
		"many that read": does(manyThatRead),
		"interrupted":    does(interrupt),
		"raw":            makeRaw,
		"tell what is unavailable": func([]string) (string, error) {
			_, err := Start(&exec.Cmd{Path: "/bin/true"}, nil)
			return fmt.Sprint(errors.Is(err, ErrUnavailable)), nil
		},
	}
	for _, more := range []map[string]role{fileRoles(), callRoles(), networkRoles(), processRoles()} {
		for name, act := range more {
			all[name] = act
		}
	}
	return all
}

func fileRoles() map[string]role {
	return map[string]role{
		"write":    does(func(a []string) error { return os.WriteFile(a[0], []byte("x"), 0o600) }),
		"truncate": does(func(a []string) error { return os.Truncate(a[0], 0) }),
		"remove":   does(func(a []string) error { return unix.Unlink(a[0]) }),
		"folder":   does(func(a []string) error { return os.Mkdir(a[0], 0o700) }),
		"link":     does(func(a []string) error { return os.Symlink("/etc/passwd", a[0]) }),
		"hard":     does(func(a []string) error { return os.Link(a[0], a[1]) }),
		"move":     does(func(a []string) error { return os.Rename(a[0], a[1]) }),
		"mode":     does(func(a []string) error { return os.Chmod(a[0], 0o777) }),
		"owner":    does(func(a []string) error { return os.Chown(a[0], os.Getuid(), os.Getgid()) }),
		"touch":    does(func(a []string) error { return os.Chtimes(a[0], time.Now(), time.Now()) }),
		"label":    does(func(a []string) error { return unix.Setxattr(a[0], "user.x", []byte("x"), 0) }),
		"pipe":     does(func(a []string) error { return unix.Mkfifo(a[0], 0o600) }),
		"within": does(func(a []string) error {
			folder, err := os.OpenRoot(a[0])
			if err != nil {
				return err
			}
			return folder.Mkdir(a[1], 0o700)
		}),
		"behind": does(func(a []string) error {
			file, err := os.Open(a[0])
			if err != nil {
				return err
			}
			return file.Chmod(0o600)
		}),
	}
}

// callRoles are those that Go's library does not take on.
func callRoles() map[string]role {
	open := func(flags uint64) role {
		return does(func(a []string) error {
			_, err := unix.Openat2(unix.AT_FDCWD, a[0], &unix.OpenHow{Flags: flags, Mode: 0o600 * (flags & unix.O_CREAT) / unix.O_CREAT})
			return err
		})
	}
	return map[string]role{
		"openat2 to read":  open(unix.O_RDONLY),
		"openat2 to write": open(unix.O_WRONLY | unix.O_CREAT),
		"read and empty": does(func(a []string) error {
			_, err := unix.Open(a[0], unix.O_RDONLY|unix.O_TRUNC, 0)
			return err
		}),
		"nowhere": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_UNLINKAT, 0, 1, 0)
			return no
		}),
		"ring": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_IO_URING_SETUP, 1, 0, 0)
			return no
		}),
		"clone3": does(func([]string) error {
			_, _, no := unix.Syscall(unix.SYS_CLONE3, 0, 0, 0)
			return no
		}),
	}
}

func networkRoles() map[string]role {
	return map[string]role{
		"connect": does(func(a []string) error {
			conn, err := net.DialTimeout(a[0], a[1], time.Second)
			if err != nil {
				return err
			}
			return conn.Close()
		}),
		"connect within": does(func(a []string) error { return errors.Join(os.Chdir(a[0]), closed(net.Dial("unix", a[1]))) }),
		"listen":         does(func(a []string) error { return closed(net.Listen(a[0], a[1])) }),
		"packets":        does(func(a []string) error { return closed(net.ListenPacket(a[0], a[1])) }),
		"send":           does(send),
		"send messages":  does(sendMessages),
		"send many":      does(sendMany),
		"interfaces":     does(func([]string) error { _, err := net.Interfaces(); return err }),
		"leave":          does(leave),
	}
}

func closed(socket io.Closer, err error) error {
	if err != nil {
		return err
	}
	return socket.Close()
}

func send(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	return unix.Sendto(fd, []byte("x"), 0, inet(a[0]))
}

func inet(port string) *unix.SockaddrInet4 {
	n, _ := strconv.Atoi(port)
	return &unix.SockaddrInet4{Port: n, Addr: [4]byte{127, 0, 0, 1}}
}

// sendMessages sends one with an address, and two without by a socket that is connected.
func sendMessages(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	if err := unix.Sendmsg(fd, []byte("x"), nil, inet(a[0]), 0); err != nil {
		return err
	}
	if err := unix.Connect(fd, inet(a[0])); err != nil {
		return err
	}
	return errors.Join(unix.Sendmsg(fd, []byte("x"), nil, nil, 0), unix.Send(fd, []byte("x"), 0))
}

// leave takes an address back.
func leave([]string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	var nobody [16]byte // AF_UNSPEC is 0
	_, _, no := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&nobody)), uintptr(len(nobody)))
	return told(no)
}

func told(no syscall.Errno) error {
	if no != 0 {
		return no
	}
	return nil
}

// sendMany sends one with an address and one without, by one call.
func sendMany(a []string) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	if err := unix.Connect(fd, inet(a[0])); err != nil {
		return err
	}
	to := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: [4]byte{127, 0, 0, 1}}
	*(*[2]byte)(unsafe.Pointer(&to.Port)) = [2]byte{0, 9}
	messages := [2]struct {
		header unix.Msghdr
		sent   uint32
	}{}
	messages[1].header = unix.Msghdr{Name: (*byte)(unsafe.Pointer(&to)), Namelen: unix.SizeofSockaddrInet4}
	_, _, no := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&messages)), 2, 0, 0, 0)
	return told(no)
}

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
			return told(no)
		}),
		"signal a group's thread": does(func(a []string) error { return unix.Tgkill(whole(a[0]), whole(a[0]), unix.SIGCONT) }),
		"queue": does(func(a []string) error {
			_, _, no := unix.Syscall(unix.SYS_RT_SIGQUEUEINFO, uintptr(whole(a[0])), uintptr(unix.SIGCONT), 0)
			return told(no)
		}),
		"queue for a thread": does(func(a []string) error {
			_, _, no := unix.Syscall6(unix.SYS_RT_TGSIGQUEUEINFO, uintptr(whole(a[0])), uintptr(whole(a[0])), uintptr(unix.SIGCONT), 0, 0, 0)
			return told(no)
		}),
		"signal itself":  does(func([]string) error { return syscall.Kill(os.Getpid(), syscall.SIGCONT) }),
		"signal by file": does(signalByFile),
	}
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

// busy does what every program does and what changes nothing: threads, signals between them, pipes, a file in memory, sockets of its own.
func busy([]string) error {
	done := make(chan bool)
	for range 8 {
		go func() {
			runtime.LockOSThread() // a thread each, which ends with this
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

// state is all that a program finds at its start.
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
	return fmt.Sprintln("files", named) + fmt.Sprintln("args", os.Args) + fmt.Sprintln("env", os.Environ()) + fmt.Sprintln("folder", folder) +
		fmt.Sprintln("leads its group", syscall.Getpgrp() == os.Getpid()) + fmt.Sprintln("program", filepath.Base(exe)) + string(limits), err
}

// many makes more of one kind than are kept; what comes of them is nothing.
func many(args []string) error {
	for range maxOfEach + 5 {
		_ = unix.Unlink(args[0])
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

// interrupt writes while its thread is signalled all the time.
func interrupt(args []string) error {
	runtime.LockOSThread()
	thread, done := unix.Gettid(), make(chan bool)
	go func() {
		for pace := time.Tick(20 * time.Microsecond); ; <-pace {
			select {
			case <-done:
				return
			default:
				_ = unix.Tgkill(os.Getpid(), thread, unix.SIGURG) // which the runtime has a handler for
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

// parent starts an observed program that waits, says its number, and waits itself.
func parent([]string) error {
	runtime.LockOSThread() // who gets a signal when its parent ends gets it when this thread ends
	command := &exec.Cmd{
		Path: "/proc/self/exe", Env: []string{roleOf + "=wait"}, Stdin: os.Stdin, SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	if _, err := Start(command, nil); err != nil {
		return err
	}
	_, _ = os.Stdout.WriteString(strconv.Itoa(command.Process.Pid) + "\n")
	return command.Wait()
}
