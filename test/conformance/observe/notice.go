package observe

import (
	"bytes"
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notice is the kernel's notification of one call that waits for an answer, as the kernel lays it out.
type notice struct {
	id           uint64
	tid          uint32 // of the thread that calls
	flags        uint32
	number       int32
	architecture uint32
	instruction  uint64
	args         [6]uint64
}

// reply is the answer to it.
type reply struct {
	id    uint64
	value int64
	error int32
	flags uint32
}

// errGone says that no process is left under the filter.
var errGone = errors.New("all observed processes have ended")

// receive takes the next notification, and is not done if there is none yet. Done without a number: there was one, of a
// call that was interrupted.
func (n *notice) receive(fd uintptr) (done bool, err error) {
	ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	if _, err := unix.Poll(ready, 0); err != nil {
		return true, interrupted(err)
	}
	switch {
	case ready[0].Revents&unix.POLLIN != 0:
		return true, interrupted(n.call(fd, unix.SECCOMP_IOCTL_NOTIF_RECV))
	case ready[0].Revents != 0:
		return true, errGone
	}
	return false, nil
}

// interrupted leaves of an error what is worth giving up for.
func interrupted(err error) error {
	if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// call has the kernel fill the notification in.
func (n *notice) call(fd uintptr, request uint) error {
	*n = notice{} // the kernel insists
	_, _, no := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(unsafe.Pointer(n)))
	if no != 0 {
		return no
	}
	return nil
}

// valid says whether the call still waits, and so whether what was read about it is its own: the number of its thread
// was not given anew.
func (n notice) valid(fd uintptr) bool {
	id := n.id
	_, _, no := unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_ID_VALID, uintptr(unsafe.Pointer(&id)))
	return no == 0
}

// same reports whether both are the same call of the same thread: the same number, made at the same
// place in the program with the same arguments.
func (n notice) same(other notice) bool {
	n.id = other.id
	return n == other
}

// answer lets the call go on, or fail. It says whether the call was still there to be answered.
func (n notice) answer(fd uintptr, let bool) bool {
	r := reply{id: n.id, error: -int32(unix.EPERM)}
	if let {
		r = reply{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	}
	_, _, no := unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&r)))
	return no == 0
}

// Bounds on what is read of the caller's memory.
const (
	maxText = 4096 // PATH_MAX
	page    = 4096 // or a part of one, where they are larger
)

// memory reads that many bytes of the caller's memory, or those that there are.
func (n notice) memory(address uint64, size int) (read []byte) {
	for len(read) < size {
		from := address + uint64(len(read))
		piece := make([]byte, min(size-len(read), page-int(from%page))) // what follows a page may be missing
		local := []unix.Iovec{{Base: &piece[0]}}
		local[0].SetLen(len(piece))
		got, err := unix.ProcessVMReadv(int(n.tid), local, []unix.RemoteIovec{{Base: uintptr(from), Len: len(piece)}}, 0)
		if err != nil || got <= 0 {
			return read
		}
		read = append(read, piece[:got]...)
	}
	return read
}

// text reads a text that ends with a zero.
func (n notice) text(address uint64) (text string, ok bool) {
	var read []byte
	for len(read) < maxText {
		from := address + uint64(len(read))
		piece := n.memory(from, page-int(from%page))
		if end := bytes.IndexByte(piece, 0); end >= 0 {
			return string(append(read, piece[:end]...)), true
		}
		if len(piece) == 0 {
			return "", false
		}
		read = append(read, piece...)
	}
	return "", false
}
