package canonical

import (
	"net/netip"
	"strconv"
	"strings"
)

// Endings of names that are addresses.
const (
	reverse4 = ".in-addr.arpa"
	reverse6 = ".ip6.arpa"
	literal6 = ".ipv6-literal.net"
)

// reversed reads the names under which addresses stand in the DNS. One that names a network stands for its first address,
// as a prefix does.
func reversed(text string) (netip.Addr, bool) {
	if name, ok := strings.CutSuffix(text, reverse4); ok {
		groups := backwards(strings.Split(name, "."))
		return octets(groups, len(groups) <= 4)
	}
	if name, ok := strings.CutSuffix(text, reverse6); ok {
		return nibbles(backwards(strings.Split(name, ".")))
	}
	if name, ok := strings.CutSuffix(text, literal6); ok {
		name, _, _ = strings.Cut(name, "s")
		a, err := netip.ParseAddr(strings.ReplaceAll(name, "-", ":"))
		return a.Unmap(), err == nil
	}
	return netip.Addr{}, false
}

func nibbles(groups []string) (netip.Addr, bool) {
	var raw [16]byte
	if len(groups) > 32 {
		return netip.Addr{}, false
	}
	for i, group := range groups {
		n, err := strconv.ParseUint(group, 16, 4)
		if err != nil || len(group) != 1 {
			return netip.Addr{}, false
		}
		raw[i/2] |= byte(n) << (4 - 4*(i%2))
	}
	return netip.AddrFrom16(raw).Unmap(), true
}

func backwards(groups []string) []string {
	turned := make([]string, len(groups))
	for i, group := range groups {
		turned[len(groups)-1-i] = group
	}
	return turned
}
