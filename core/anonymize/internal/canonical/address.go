package canonical

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// anyAddress reads an address in all notations, with those that only an address field makes one: 169936661.
func anyAddress(text string) (string, bool) {
	if a, ok := integerAddress(text); ok {
		return a.String(), true
	}
	return address(text)
}

// address reads an address; the port, prefix or zone beside it is not part of what it names.
func address(text string) (string, bool) {
	a, ok := Address(text)
	if !ok {
		return "", false
	}
	return a.String(), true
}

// Address reads an address as address fields hold them, whatever stands beside it. An IPv4 address in IPv6 notation
// is the IPv4 address.
func Address(text string) (netip.Addr, bool) {
	if a, ok := reversed(strings.ToLower(strings.TrimSuffix(text, "."))); ok {
		return a, true
	}
	bare, ok := alone(text)
	if !ok {
		return netip.Addr{}, false
	}
	if a, err := netip.ParseAddr(bare); err == nil {
		return a.Unmap().WithZone(""), true
	}
	return padded(bare)
}

// alone cuts off port and prefix. What is not one of them is not cut off: the text is then no address.
func alone(text string) (string, bool) {
	if strings.HasPrefix(text, "[") {
		bare, rest, ok := strings.Cut(text[1:], "]")
		return bare, ok && strings.Contains(bare, ":") && besides(rest)
	}
	if i := strings.IndexByte(text, '/'); i >= 0 {
		return text[:i], besides(text[i:])
	}
	if strings.Count(text, ":") == 1 && strings.Contains(text, ".") {
		i := strings.IndexByte(text, ':')
		return text[:i], besides(text[i:])
	}
	return text, true
}

// besides tells whether rest is nothing, a port or a prefix: :5060, /24, /255.255.255.0. A port after a slash is a
// mistake that sources make.
func besides(rest string) bool {
	if rest == "" {
		return true
	}
	if rest[0] == '/' {
		if _, err := netip.ParseAddr(rest[1:]); err == nil {
			return true
		}
	}
	return (rest[0] == ':' || rest[0] == '/') && len(rest) > 1 && len(rest) <= 6 && digits(rest[1:])
}

// padded reads 010.001.002.003, which sources write to align columns.
func padded(text string) (netip.Addr, bool) {
	groups := strings.Split(text, ".")
	return octets(groups, len(groups) == 4)
}

func octets(groups []string, ok bool) (netip.Addr, bool) {
	var raw [4]byte
	for i, group := range groups {
		if !ok || i > 3 || len(group) > 3 || !digits(group) {
			return netip.Addr{}, false
		}
		n, err := strconv.ParseUint(group, 10, 8)
		if err != nil {
			return netip.Addr{}, false
		}
		raw[i] = byte(n)
	}
	return netip.AddrFrom4(raw), ok
}

func integerAddress(text string) (netip.Addr, bool) {
	base, bare := 10, text
	if hex, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok && len(hex) == 8 {
		base, bare = 16, hex
	}
	n, err := strconv.ParseUint(bare, base, 32)
	if err != nil || n < 1<<24 {
		return netip.Addr{}, false
	}
	var raw [4]byte
	binary.BigEndian.PutUint32(raw[:], uint32(n))
	return netip.AddrFrom4(raw), true
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
