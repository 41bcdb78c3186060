package canonical

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// labeledAddress reads an address, also with "inet addr:" before it.
func labeledAddress(text string) (string, bool) {
	text = asciiNumerals(text)
	if form, ok := address(text); ok {
		return form, true
	}
	if rest, ok := addressLabels.cut(text); ok {
		return address(rest)
	}
	if bare, rest, ok := strings.Cut(text, "]"); ok && strings.HasPrefix(bare, "[") { // [10.33.7.21]:5060
		return address(bare[1:] + rest)
	}
	return "", false
}

// anyAddress reads an address in all notations, including those that mean an address only in an
// address field: 169936661.
func anyAddress(text string) (string, bool) {
	if form, ok := integerAddress(text); ok {
		return form, true
	}
	return address(text)
}

// address reads an address. Port and prefix are not part of it: a host that is written with the
// prefix of its interface, 10.33.7.21/24, is the same host without it. The zone is part of it.
func address(text string) (string, bool) {
	a, _, ok := addressAndPrefix(asciiNumerals(text))
	if !ok {
		return "", false
	}
	return a.String(), true
}

// Address reads an address in the notations of address fields, and returns it without port, prefix
// and zone. An IPv4 address in IPv6 notation is the IPv4 address. The default route is not an
// address, nor are other networks that begin at zero.
func Address(text string) (netip.Addr, bool) {
	a, bits, ok := addressAndPrefix(text)
	if ok && isNetwork(a, bits) && a.IsUnspecified() {
		return netip.Addr{}, false
	}
	return a.WithZone(""), ok
}

// noPrefix is the prefix length of an address without a prefix.
const noPrefix = -1

func addressAndPrefix(text string) (a netip.Addr, bits int, ok bool) {
	if a, bits, ok = reverseName(text); !ok {
		a, bits, ok = parseAddress(text)
	}
	if !ok {
		return netip.Addr{}, noPrefix, false
	}
	if a.Is4In6() {
		a, bits = a.Unmap(), max(bits-96, noPrefix)
	}
	a, ok = withoutGlobalZone(a)
	return a, bits, ok
}

func parseAddress(text string) (a netip.Addr, bits int, ok bool) {
	bare, rest, ok := splitAddress(strings.TrimSuffix(text, "."))
	if !ok {
		return netip.Addr{}, noPrefix, false
	}
	if !strings.ContainsAny(bare, ".:") {
		return netip.Addr{}, noPrefix, false // most names: an error of the parser is costly
	}
	a, err := netip.ParseAddr(bare)
	if err != nil {
		if a, ok = quad(bare); !ok {
			return netip.Addr{}, noPrefix, false
		}
	}
	bits, ok = prefix(rest, a.BitLen())
	return a, bits, ok
}

// splitAddress separates an address from its port or prefix, and from a final dot.
func splitAddress(text string) (bare, rest string, ok bool) {
	if strings.HasPrefix(text, "[") {
		bare, rest, ok = strings.Cut(text[1:], "]")
		return strings.TrimSuffix(bare, "."), strings.TrimPrefix(rest, "."), ok && strings.Contains(bare, ":")
	}
	if i := strings.IndexAny(text, "/ "); i >= 0 {
		return strings.TrimSuffix(text[:i], "."), text[i:], true
	}
	if strings.Count(text, ":") == 1 && strings.Contains(text, ".") {
		i := strings.IndexByte(text, ':')
		return strings.TrimSuffix(text[:i], "."), text[i:], true
	}
	return text, "", true
}

// withoutGlobalZone keeps the zone of an address that means another interface in each zone:
// fe80::1%eth0 (RFC 4007). An address of global scope is the same in all zones.
func withoutGlobalZone(a netip.Addr) (netip.Addr, bool) {
	zone := a.Zone()
	if zone == "" {
		return a, true
	}
	if strings.Trim(strings.ToLower(zone), "abcdefghijklmnopqrstuvwxyz0123456789-_.:@+~") != "" ||
		strings.HasSuffix(zone, ".") {
		return a, false
	}
	if !a.IsLinkLocalUnicast() && !a.IsLinkLocalMulticast() && !a.IsInterfaceLocalMulticast() &&
		!siteLocal.Contains(a.WithZone("")) {
		return a.WithZone(""), true
	}
	// RFC 6874 writes the percent sign as %25 in a URI. No interface is named 25eth0.
	for len(zone) > 2 && zone[:2] == "25" && !digits(zone[2:3]) {
		zone = zone[2:]
	}
	return a.WithZone(strings.ToLower(zone)), true
}

var siteLocal = netip.MustParsePrefix("fec0::/10")

// quad reads the unusual notations of IPv4: padded groups, and a zone without a meaning, as in
// 10.33.7.21%eth0. In the link-local range the zone has a meaning, and the text is then a name.
func quad(text string) (netip.Addr, bool) {
	text, _, inZone := strings.Cut(text, "%")
	a, ok := padded(text)
	return a, ok && !(inZone && a.IsLinkLocalUnicast())
}

// padded reads 010.001.002.003, which sources write to align columns.
func padded(text string) (netip.Addr, bool) {
	if strings.Count(text, ".") != 3 {
		return netip.Addr{}, false
	}
	return octets(strings.Split(text, "."))
}

// octets reads up to four groups; missing groups are zero.
func octets(groups []string) (netip.Addr, bool) {
	var raw [4]byte
	for i, group := range groups {
		if i > 3 || len(group) > 3 || !digits(group) {
			return netip.Addr{}, false
		}
		n, err := strconv.ParseUint(group, 10, 8)
		if err != nil {
			return netip.Addr{}, false
		}
		raw[i] = byte(n)
	}
	return netip.AddrFrom4(raw), true
}

func integerAddress(text string) (string, bool) {
	base, bare := 10, asciiNumerals(text)
	if len(bare) == 10 && bare[0] == '0' && bare[1]|' ' == 'x' {
		base, bare = 16, bare[2:]
	} else if !digits(bare) {
		return "", false
	}
	n, err := strconv.ParseUint(bare, base, 32)
	if err != nil || n < 1<<24 {
		return "", false
	}
	var raw [4]byte
	binary.BigEndian.PutUint32(raw[:], uint32(n))
	return netip.AddrFrom4(raw).String(), true
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
