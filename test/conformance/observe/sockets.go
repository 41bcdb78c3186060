package observe

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxMessages is the largest number of datagrams in one call; it is the kernel's own limit.
const maxMessages = 1024

// connects returns the address that a socket connects to. AF_UNSPEC only dissolves the previous
// association.
func connects(c notice) []string { return c.peer(int32(c.args[0]), c.args[1], uint32(c.args[2])) }

func sendsTo(c notice) []string { return c.peer(int32(c.args[0]), c.args[4], uint32(c.args[5])) }

// sendsMessage reads the address from memory; there is none if the socket is already connected. A
// message begins with its address and the length of that address.
func sendsMessage(c notice) []string { return c.receiver(c.args[1]) }

func sendsMessages(c notice) (all []string) {
	const size = 64 // a message of 56 bytes, and the number of its bytes that were sent
	for i := range min(c.args[2], maxMessages) {
		all = append(all, c.receiver(c.args[1]+i*size)...)
	}
	return all
}

func (n notice) receiver(message uint64) []string {
	header := n.memory(message, 12)
	if len(header) < 12 {
		return nil // the kernel cannot read it either
	}
	address := binary.NativeEndian.Uint64(header)
	if address == 0 {
		return nil
	}
	return n.peer(int32(n.args[0]), address, binary.NativeEndian.Uint32(header[8:]))
}

func (n notice) peer(fd int32, address uint64, size uint32) []string {
	raw := n.memory(address, int(min(size, maxAddress)))
	if unspecified(raw) {
		return nil
	}
	return []string{n.absolute(named(raw, n.socket(fd).protocol))}
}

// binds returns the address at which a socket becomes reachable. TCP sockets become reachable only
// with [listens], and netlink sockets only by the kernel's own answers, so both are left out. Go's
// network library binds a few sockets to its own addresses, and closes them, to learn the machine's
// capabilities.
func binds(c notice) []string {
	raw, protocol := c.memory(c.args[1], int(min(uint32(c.args[2]), maxAddress))), c.socket(int32(c.args[0])).protocol
	if family(raw) == unix.AF_NETLINK || internet(raw) && stream(protocol) {
		return nil
	}
	return []string{c.absolute(named(raw, protocol))}
}

// listens returns the address at which a socket listens by TCP. A unix socket is left out, because
// its bind was already seen.
func listens(c notice) []string {
	s := c.socket(int32(c.args[0]))
	if family(s.local) == unix.AF_UNIX {
		return nil
	}
	return []string{named(s.local, s.protocol)}
}

// socket is the observed state of a caller's socket.
type socket struct {
	protocol int // -1 if unknown
	local    []byte
}

// socket queries the kernel through a copy of the descriptor, which is closed at once.
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

// local returns the socket's own address, in the kernel's layout.
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
