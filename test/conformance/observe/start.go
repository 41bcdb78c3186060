// Package observe starts a program and records its actions on the world around it: it opens files
// for writing, starts processes, connects, listens, signals. It sees every attempt, even if the
// attempt fails, and can refuse it.
//
// It needs only the kernel (Linux 5.9 or newer), no privileges, and no other program. A program
// that calls [Start] must call [Launch] first in main; the rest is a notification of the kernel's:
//  1. [Start] starts this same program once more, as a launcher, with the environment, folder, descriptors and
//     process group of the command.
//  2. The launcher gives one of its threads a filter of system calls, hands the filter's listener to Start over a
//     socket, and executes the observed program from that thread. The process stays the same, so the caller waits
//     for the right one.
//  3. From then on each call that the filter names stops until a [Watch], in a goroutine here, has read its
//     arguments and answered: continue, or EPERM. Processes that the program starts inherit the filter.
//
// Calls that only read are named on request. Otherwise they cost nothing: the filter inspects the
// flags of an open.
// Calls whose arguments a filter cannot see and that have an older form (clone3, and all of
// io_uring) are answered ENOSYS, so that runtimes fall back to the visible form.
//
// This is an instrument for tests and not a security boundary. Another thread could change a path
// after we read it and before the kernel does. Paths are recorded as the program wrote them, made
// absolute, without following links. The boundary is core/confine.
package observe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// errUnavailable reports that the kernel lacks the notification, or refuses it to us.
var errUnavailable = errors.New("the kernel does not support watching a process's system calls")

// launchable is set by [Launch]. If it were not required, a launcher would run the whole program
// again, which would start launchers in its turn.
var launchable atomic.Bool

// Start starts the command as [exec.Cmd.Start] would, observed, and returns when it runs. The
// command keeps its environment, folder, standard descriptors and attributes. Start calls allow for
// each act, or permits everything if allow is nil. The function allow is called by one goroutine,
// must not wait for the observed program, and is called again for a call that was interrupted.
//
// Calls that only read are observed if [Read] is given.
//
// Start returns [errUnavailable] if the kernel cannot observe the program, and the kernel's error
// if the program cannot be executed.
func Start(cmd *exec.Cmd, allow func(Act) bool, also ...Kind) (*Watch, error) {
	reads := slices.Contains(also, Read)
	if !launchable.Load() {
		return nil, errors.New("start an observed program: this program does not call Launch first")
	}
	ours, theirs, err := pair()
	if err != nil {
		return nil, fmt.Errorf("start an observed program: make a socket: %w", err)
	}
	defer ours.Close()
	if err := startLauncher(cmd, theirs, reads); err != nil {
		return nil, errors.Join(err, theirs.Close())
	}
	_ = theirs.Close() // otherwise the end of the launcher's copy would go unnoticed
	watch, err := acceptListener(ours, allow, reads)
	if err != nil {
		_ = cmd.Process.Kill() // it may have exited by itself
		_ = cmd.Wait()         // err has the reason
		return nil, fmt.Errorf("start an observed program: %w", err)
	}
	return watch, nil
}

// pair returns the two ends of a socket, closed on exec: ours to read from, and the launcher's.
func pair() (ours *net.UnixConn, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	end := os.NewFile(uintptr(fds[0]), "")
	defer end.Close()
	theirs = os.NewFile(uintptr(fds[1]), "")
	conn, err := net.FileConn(end)
	if err != nil {
		return nil, nil, errors.Join(err, theirs.Close())
	}
	return conn.(*net.UnixConn), theirs, nil
}

// startLauncher starts this program in place of the command's, and restores the command afterwards.
func startLauncher(cmd *exec.Cmd, socket *os.File, reads bool) error {
	path, args, extra := cmd.Path, cmd.Args, cmd.ExtraFiles
	defer func() { cmd.Path, cmd.Args, cmd.ExtraFiles = path, args, extra }()
	called := args
	if len(called) == 0 {
		called = []string{path}
	}
	first := strconv.Itoa(3 + len(extra))
	cmd.ExtraFiles = append(extra[:len(extra):len(extra)], socket)
	program := path
	if strings.HasPrefix(path, "/proc/self/") {
		// The path names a descriptor of this process that the launcher will not have, or this
		// program itself.
		open, err := os.OpenFile(path, unix.O_PATH, 0)
		if err != nil {
			return err
		}
		defer open.Close()
		program, cmd.ExtraFiles = "", append(cmd.ExtraFiles, open)
	} else if path == "" {
		return errors.New("start an observed program: none is named")
	}
	signal := deathSignal(cmd)
	if reads {
		signal += readsMark
	}
	cmd.Path, cmd.Args = "/proc/self/exe", append([]string{launcher, signal, first, program}, called...)
	return cmd.Start()
}

// deathSignal returns the signal that the observed program gets when its parent ends. The kernel
// keeps it per thread, so the launcher must set it again.
func deathSignal(cmd *exec.Cmd) string {
	if cmd.SysProcAttr == nil {
		return "0"
	}
	return strconv.Itoa(int(cmd.SysProcAttr.Pdeathsig))
}

// acceptListener receives the listener from the launcher, and waits until the launcher has become
// the observed program, which closes the socket.
func acceptListener(launcher *net.UnixConn, allow func(Act) bool, reads bool) (*Watch, error) {
	fd, err := receive(launcher)
	if err != nil {
		return nil, err
	}
	watch, err := newWatch(fd, allow, reads)
	if err != nil {
		return nil, err
	}
	var no [messageSize]byte
	if _, err := io.ReadFull(launcher, no[:]); err != io.EOF {
		return nil, errors.Join(unix.Errno(binary.NativeEndian.Uint32(no[:])), watch.Close())
	}
	return watch, nil
}

// receive reads the launcher's first message: the listener, or the error that prevented one.
func receive(launcher *net.UnixConn) (int, error) {
	message, control := make([]byte, messageSize), make([]byte, unix.CmsgSpace(4))
	n, controlLen, _, _, err := launcher.ReadMsgUnix(message, control)
	if err != nil || n != messageSize {
		return -1, errors.Join(errors.New("the launcher ended"), err)
	}
	if no := unix.Errno(binary.NativeEndian.Uint32(message)); no != 0 {
		return -1, fmt.Errorf("%w: %w", errUnavailable, no)
	}
	messages, err := unix.ParseSocketControlMessage(control[:controlLen])
	if err != nil || len(messages) != 1 {
		return -1, errors.Join(errors.New("the launcher sent no listener"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return -1, errors.Join(errors.New("the launcher sent no listener"), err)
	}
	return fds[0], nil
}
