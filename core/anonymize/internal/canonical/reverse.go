package canonical

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Endings of names that are addresses.
const (
	reverse4 = ".in-addr.arpa"
	reverse6 = ".ip6.arpa"
	literal6 = ".ipv6-literal.net"
)

// reverseName reads the names that addresses and networks have in the DNS. A name with fewer groups
// is a network.
func reverseName(text string) (a netip.Addr, bits int, ok bool) {
	text = strings.TrimSuffix(text, ".")
	if name, found := cutSuffixFold(text, reverse4); found {
		groups := reversedLabels(name)
		a, ok = octets(groups)
		return a, 8 * len(groups), ok
	}
	if name, found := cutSuffixFold(text, reverse6); found {
		groups := reversedLabels(name)
		a, ok = nibbles(groups)
		return a, 4 * len(groups), ok
	}
	if name, found := cutSuffixFold(text, literal6); found {
		a, err := netip.ParseAddr(strings.ReplaceAll(strings.Replace(strings.ToLower(name), "s", "%", 1), "-", ":"))
		return a, noPrefix, err == nil
	}
	return netip.Addr{}, noPrefix, false
}

func cutSuffixFold(text, end string) (before string, ok bool) {
	i := len(text) - len(end)
	if i < 0 || !strings.EqualFold(text[i:], end) {
		return "", false
	}
	return text[:i], true
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
	return netip.AddrFrom16(raw), true
}

func reversedLabels(name string) []string {
	groups := strings.Split(name, ".")
	slices.Reverse(groups)
	return groups
}
