package observe

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxMessages bounds how many datagrams of one call are looked at; the kernel's own bound.
const maxMessages = 1024

// connects is whom a socket connects to. Who connects to nobody only takes the last address back.
func connects(c notice) []string { return c.peer(int32(c.args[0]), c.args[1], uint32(c.args[2])) }

func sendsTo(c notice) []string { return c.peer(int32(c.args[0]), c.args[4], uint32(c.args[5])) }

// sendsMessage has the address in memory, and none if the socket is connected already. At the beginning of a message
// stand its address and that address's length.
func sendsMessage(c notice) []string { return c.receiver(c.args[1]) }

func sendsMessages(c notice) (all []string) {
	const size = 64 // a message of 56 bytes, and how much of it was sent
	for i := range min(c.args[2], maxMessages) {
		all = append(all, c.receiver(c.args[1]+i*size)...)
	}
	return all
}

func (n notice) receiver(message uint64) []string {
	header := n.memory(message, 12)
	if len(header) < 12 {
		return nil // the kernel can't read it either
	}
	address := binary.NativeEndian.Uint64(header)
	if address == 0 {
		return nil
	}
	return n.peer(int32(n.args[0]), address, binary.NativeEndian.Uint32(header[8:]))
}

func (n notice) peer(fd int32, address uint64, size uint32) []string {
	raw := n.memory(address, int(min(size, maxAddress)))
	if nobody(raw) {
		return nil
	}
	return []string{n.absolute(named(raw, n.socket(fd).protocol))}
}

// binds is what a socket can be reached at from here on: not yet by TCP, which is listens; and to be reached by the
// kernel's own answers is to be reached by nobody. Go's network library binds to a few addresses of its own, and closes
// them, to learn what the machine has.
func binds(c notice) []string {
	raw, protocol := c.memory(c.args[1], int(min(uint32(c.args[2]), maxAddress))), c.socket(int32(c.args[0])).protocol
	if family(raw) == unix.AF_NETLINK || internet(raw) && stream(protocol) {
		return nil
	}
	return []string{c.absolute(named(raw, protocol))}
}

// listens is where by TCP. A unix socket that listens has been bound, which was seen.
func listens(c notice) []string {
	s := c.socket(int32(c.args[0]))
	if family(s.local) == unix.AF_UNIX {
		return nil
	}
	return []string{named(s.local, s.protocol)}
}

// socket is what is known of a caller's one.
type socket struct {
	protocol int // -1: not known
	local    []byte
}

// socket asks the kernel by way of a copy of the descriptor, which is closed at once.
func (n notice) socket(fd int32) socket {
	s := socket{protocol: -1}
	process, err := unix.PidfdOpen(processOf(int(n.tid)), 0)
	if err != nil {
		return s
	}
	defer unix.Close(process)
	own, err := unix.PidfdGetfd(process, int(fd), 0)
	if err != nil {
		return s
	}
	defer unix.Close(own)
	if protocol, err := unix.GetsockoptInt(own, unix.SOL_SOCKET, unix.SO_PROTOCOL); err == nil {
		s.protocol = protocol
	}
	s.local = local(own)
	return s
}

// local is the socket's own address, as the kernel lays it out.
func local(fd int) []byte {
	var address [maxAddress]byte
	size := uint32(len(address))
	_, _, no := unix.Syscall(unix.SYS_GETSOCKNAME, uintptr(fd), uintptr(unsafe.Pointer(&address[0])),
		uintptr(unsafe.Pointer(&size)))
	if no != 0 {
		return nil
	}
	return address[:min(size, maxAddress)]
}
