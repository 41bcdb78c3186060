package observe

import (
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const (
	// launcher is argument 0 of a launcher. The other arguments are the signal at the parent's end,
	// followed by an r if reads are observed; the number of the socket; the path of the program
	// (empty if it is the descriptor after the socket); and the program's arguments.
	launcher = "launcher of an observed program"

	readsMark = "r"
	// serviceMask is the umask of a service: the permissions of what the program makes do not depend
	// on the user who tests it.
	serviceMask = 0o022

	messageSize = 4   // an error number in this machine's byte order
	notExecuted = 127 // the exit status that shells use
)

// Launch must be called first in main, or in TestMain, of a program that uses [Start]. In a
// launcher it does not return.
func Launch() {
	launchable.Store(true)
	if os.Args[0] == prober {
		probed()
	}
	if len(os.Args) < 5 || os.Args[0] != launcher {
		return
	}
	socket, err := strconv.Atoi(os.Args[2])
	if err != nil {
		os.Exit(notExecuted)
	}
	no := launch(socket)
	_ = reportTo(socket, no) // if the reader is gone, the exit status remains
	os.Exit(notExecuted)
}

// launch returns only if there is an error. If the launcher crashes before it hands over the
// listener, the socket closes, which wakes [Start] at the other end.
func launch(socket int) error {
	unix.CloseOnExec(socket)
	path := os.Args[3]
	if path == "" {
		unix.CloseOnExec(socket + 1)
		path = "/proc/self/fd/" + strconv.Itoa(socket+1)
	}
	unix.Umask(serviceMask)
	runtime.LockOSThread() // from here on the runtime makes new threads from others, so only this one is filtered
	listener, err := prepare(os.Args[1])
	if err != nil {
		return err
	}
	handed := make(chan error)
	go func() { handed <- sendListener(socket, listener) }() // on another thread: this one's calls are not answered yet
	if err := <-handed; err != nil {
		return err
	}
	// Exec also restores the descriptor limit that this runtime has raised.
	return syscall.Exec(path, os.Args[4:], os.Environ())
}

// prepare prepares this thread, which becomes the first thread of the observed program.
func prepare(deathSignal string) (listener int, err error) {
	deathSignal, reads := strings.CutSuffix(deathSignal, readsMark)
	signal, err := strconv.Atoi(deathSignal)
	if err != nil {
		return -1, unix.EINVAL
	}
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(signal), 0, 0, 0); err != nil {
		return -1, err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return -1, err
	}
	return install(uint32(os.Getpid()), reads)
}

// ways lists the flags for a listener, best first. With the first, for kernels since 5.19, no
// signal interrupts a call that is being inspected; older kernels repeat the call afterwards, which
// takes longer.
var ways = []uintptr{
	unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
	unix.SECCOMP_FILTER_FLAG_NEW_LISTENER,
}

// install applies the filter to this thread and returns its listener, which is closed on exec.
func install(own uint32, reads bool) (int, error) {
	if architecture == 0 {
		return -1, unix.ENOSYS
	}
	program, err := bpf.Assemble(filter(own, reads))
	if err != nil {
		return -1, unix.EINVAL
	}
	steps := make([]unix.SockFilter, len(program))
	for i, step := range program {
		steps[i] = unix.SockFilter{Code: step.Op, Jt: step.Jt, Jf: step.Jf, K: step.K}
	}
	whole := unix.SockFprog{Len: uint16(len(steps)), Filter: &steps[0]}
	for _, flags := range ways {
		fd, _, no := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags,
			uintptr(unsafe.Pointer(&whole)))
		if no == 0 {
			return int(fd), nil
		}
		err = no
	}
	return -1, err
}

func sendListener(socket, listener int) error {
	return unix.Sendmsg(socket, make([]byte, messageSize), unix.UnixRights(listener), nil, 0)
}

// reportTo sends the number of an error. If it follows [sendListener], the parent has a listener
// already; otherwise there is none.
func reportTo(socket int, err error) error {
	var no unix.Errno
	if !errors.As(err, &no) {
		no = unix.EINVAL
	}
	_, err = unix.Write(socket, binary.NativeEndian.AppendUint32(nil, uint32(no)))
	return err
}
