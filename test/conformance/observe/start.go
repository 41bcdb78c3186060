// Package observe starts a program and sees what it does to the world around it: opens files for writing, starts
// processes, connects, listens, signals. It sees the attempt, also where nothing comes of it, and can refuse it.
//
// It needs nothing but the kernel (Linux 5.9 or newer), no right that an ordinary user lacks, and no other program. A
// program that calls Start calls Launch first thing in main; the rest is a notification that the kernel gives:
//
//  1. Start starts this same program once more, as a launcher, with the environment, folder, descriptors and
//     process group of the command.
//  2. The launcher gives one of its threads a filter of system calls, hands the filter's listener to Start over a
//     socket, and executes the observed program from that thread. The process is the same one, so that who started it
//     waits for the right one.
//  3. From then on each call that the filter names stops until a Watch, in a goroutine here, has read what it is
//     about and answered: go on, or EPERM. What the program starts has the filter too.
//
// What only reads is not named, and costs nothing: the filter looks at the flags of an open. Calls whose arguments a
// filter can't see and that have an older form (clone3, and all of io_uring) are answered ENOSYS, so that runtimes fall
// back to the form that is seen.
//
// This is an instrument of tests and not a boundary. Between our reading a path and the kernel's reading it another
// thread could change it, and paths are what the program wrote, made absolute, with no link followed. The boundary is
// core/confine.
package observe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// ErrUnavailable says that the kernel can't tell, or does not let us ask.
var ErrUnavailable = errors.New("the kernel can't tell what a process does")

// launchable is set by Launch. Without it a launcher would be the whole program once more, which would start launchers
// in its turn.
var launchable atomic.Bool

// Start starts the command as its own Start would, observed, and returns when it runs. The command keeps its
// environment, folder, standard descriptors and attributes. For each act allow decides; nil allows everything. It is
// called by one goroutine, must not wait for the observed program, and is asked again about a call that was
// interrupted.
//
// The error is ErrUnavailable where the kernel can't do it, and what the kernel says where the program can't be
// executed.
func Start(cmd *exec.Cmd, allow func(Act) bool) (*Watch, error) {
	if !launchable.Load() {
		return nil, errors.New("start an observed program: this program does not call Launch first")
	}
	ours, theirs, err := pair()
	if err != nil {
		return nil, fmt.Errorf("start an observed program: make a socket: %w", err)
	}
	defer ours.Close()
	if err := startLauncher(cmd, theirs); err != nil {
		return nil, errors.Join(err, theirs.Close())
	}
	_ = theirs.Close() // or the end of the launcher's would not be seen
	watch, err := meet(ours, allow)
	if err != nil {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()         // how is what err says
		return nil, fmt.Errorf("start an observed program: %w", err)
	}
	return watch, nil
}

// pair is a socket's two ends, closed on execution: ours to read from, and the launcher's.
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

// startLauncher starts this program in the place of the command's, and leaves the command as it was.
func startLauncher(cmd *exec.Cmd, socket *os.File) error {
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
		// It names a descriptor of this process that the launcher will not have, or this program itself.
		open, err := os.OpenFile(path, unix.O_PATH, 0)
		if err != nil {
			return err
		}
		defer open.Close()
		program, cmd.ExtraFiles = "", append(cmd.ExtraFiles, open)
	} else if path == "" {
		return errors.New("start an observed program: none is named")
	}
	cmd.Path, cmd.Args = "/proc/self/exe", append([]string{launcher, deathSignal(cmd), first, program}, called...)
	return cmd.Start()
}

// deathSignal is what the observed program is to get when its parent ends. The kernel keeps it per thread, so that the
// launcher must ask anew.
func deathSignal(cmd *exec.Cmd) string {
	if cmd.SysProcAttr == nil {
		return "0"
	}
	return strconv.Itoa(int(cmd.SysProcAttr.Pdeathsig))
}

// meet takes the listener from the launcher, and waits until the launcher has become the observed program, which closes
// the socket.
func meet(launcher *net.UnixConn, allow func(Act) bool) (*Watch, error) {
	fd, err := receive(launcher)
	if err != nil {
		return nil, err
	}
	watch, err := newWatch(fd, allow)
	if err != nil {
		return nil, err
	}
	var no [messageSize]byte
	if _, err := io.ReadFull(launcher, no[:]); err != io.EOF {
		return nil, errors.Join(unix.Errno(binary.NativeEndian.Uint32(no[:])), watch.Close())
	}
	return watch, nil
}

// receive is the launcher's first message: no error and the listener, or why it has none.
func receive(launcher *net.UnixConn) (int, error) {
	message, beside := make([]byte, messageSize), make([]byte, unix.CmsgSpace(4))
	n, nBeside, _, _, err := launcher.ReadMsgUnix(message, beside)
	if err != nil || n != messageSize {
		return -1, errors.Join(errors.New("the launcher ended"), err)
	}
	if no := unix.Errno(binary.NativeEndian.Uint32(message)); no != 0 {
		return -1, fmt.Errorf("%w: %w", ErrUnavailable, no)
	}
	messages, err := unix.ParseSocketControlMessage(beside[:nBeside])
	if err != nil || len(messages) != 1 {
		return -1, errors.Join(errors.New("the launcher sent no listener"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return -1, errors.Join(errors.New("the launcher sent no listener"), err)
	}
	return fds[0], nil
}
