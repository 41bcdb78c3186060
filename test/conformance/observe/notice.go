package observe

import (
	"bytes"
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notice is the kernel's notification of one call that waits for an answer, in the kernel's layout.
type notice struct {
	id           uint64
	tid          uint32 // of the calling thread
	flags        uint32
	number       int32
	architecture uint32
	instruction  uint64
	args         [6]uint64
}

// reply is the answer to a [notice].
type reply struct {
	id    uint64
	value int64
	error int32
	flags uint32
}

// errGone reports that no process is left under the filter.
var errGone = errors.New("all observed processes have ended")

// receive reads the next notification. It returns false if there is none yet. If it returns true
// and the id is zero, the call was interrupted.
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

// interrupted returns nil for errors after which the next notification can be read.
func interrupted(err error) error {
	if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// call lets the kernel fill in the notification.
func (n *notice) call(fd uintptr, request uint) error {
	*n = notice{} // the kernel requires zeros
	_, _, no := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(request), uintptr(unsafe.Pointer(n)))
	if no != 0 {
		return no
	}
	return nil
}

// valid reports whether the call still waits. If it does, the data read about it is its own,
// because the number of its thread has not been reused.
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

// answer permits the call or lets it fail. It reports whether the call was still waiting.
func (n notice) answer(fd uintptr, let bool) bool {
	r := reply{id: n.id, error: -int32(unix.EPERM)}
	if let {
		r = reply{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	}
	_, _, no := unix.Syscall(unix.SYS_IOCTL, fd, unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&r)))
	return no == 0
}

// Limits on reads of the caller's memory.
const (
	maxText = 4096 // PATH_MAX
	page    = 4096 // or a part of one, where pages are larger
)

// memory reads up to size bytes of the caller's memory; fewer if the rest is not mapped.
func (n notice) memory(address uint64, size int) (read []byte) {
	for len(read) < size {
		from := address + uint64(len(read))
		piece := make([]byte, min(size-len(read), page-int(from%page))) // the next page may be missing
		local := []unix.Iovec{{Base: &piece[0]}}
		local[0].SetLen(len(piece))
		got, err := unix.ProcessVMReadv(int(n.tid), local, []unix.RemoteIovec{{Base: uintptr(from), Len: len(piece)}},
			0)
		if err != nil || got <= 0 {
			return read
		}
		read = append(read, piece[:got]...)
	}
	return read
}

// text reads a NUL-terminated string.
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
