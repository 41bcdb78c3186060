package observe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// maxAddress is the size of the largest socket address.
const maxAddress = 128

// mptcp is IPPROTO_MPTCP, which Go uses to listen.
const mptcp = 262

// family returns the address family, or -1 if the address is too short.
func family(raw []byte) int {
	if len(raw) < 2 {
		return -1
	}
	return int(binary.NativeEndian.Uint16(raw))
}

// unspecified reports whether the address is AF_UNSPEC, which dissolves a socket's association.
func unspecified(raw []byte) bool { return family(raw) == unix.AF_UNSPEC }

func internet(raw []byte) bool { return family(raw) == unix.AF_INET || family(raw) == unix.AF_INET6 }

func stream(protocol int) bool { return protocol == unix.IPPROTO_TCP || protocol == mptcp }

// named returns network and address as text.
func named(raw []byte, protocol int) string {
	switch is := family(raw); is {
	case -1:
		return ""
	case unix.AF_INET, unix.AF_INET6:
		if address, ok := ip(raw); ok {
			return transport(protocol) + " " + address
		}
		return transport(protocol)
	case unix.AF_UNIX:
		return "unix " + name(raw[2:])
	case unix.AF_NETLINK:
		if protocol == unix.NETLINK_ROUTE {
			return "netlink route" // the kernel's own answers about addresses and routes
		}
		return "netlink " + strconv.Itoa(protocol)
	default:
		return fmt.Sprintf("family %d", is)
	}
}

func transport(protocol int) string {
	switch {
	case stream(protocol):
		return "tcp"
	case protocol == unix.IPPROTO_UDP:
		return "udp"
	}
	return "ip"
}

// ip parses the port and the address; for IPv6, also the flow before the address and the scope
// after it. An IPv4-mapped IPv6 address is returned as IPv4.
func ip(raw []byte) (string, bool) {
	switch {
	case family(raw) == unix.AF_INET && len(raw) >= 8:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(raw[4:8])), binary.BigEndian.Uint16(raw[2:])).String(), true
	case family(raw) == unix.AF_INET6 && len(raw) >= 24:
		address := netip.AddrFrom16([16]byte(raw[8:24])).Unmap()
		if len(raw) >= 28 && address.Is6() {
			if scope := binary.NativeEndian.Uint32(raw[24:]); scope != 0 {
				address = address.WithZone(strconv.FormatUint(uint64(scope), 10))
			}
		}
		return netip.AddrPortFrom(address, binary.BigEndian.Uint16(raw[2:])).String(), true
	}
	return "", false
}

// name returns a path up to its NUL, or an abstract name in full, which begins with NUL. The kernel
// generates a name if it is empty. The result is never empty.
func name(raw []byte) string {
	if len(raw) == 0 || raw[0] == 0 {
		return "@" + string(raw[min(1, len(raw)):])
	}
	path, _, _ := bytes.Cut(raw, []byte{0})
	return string(path)
}

// absolute makes the path of a unix socket absolute.
func (n notice) absolute(address string) string {
	path, is := strings.CutPrefix(address, "unix ")
	if !is || path[0] == '@' {
		return address
	}
	if filepath.IsAbs(path) {
		return "unix " + filepath.Clean(path)
	}
	return "unix " + n.beneath(unix.AT_FDCWD, path)
}
