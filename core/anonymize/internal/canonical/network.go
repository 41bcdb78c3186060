package canonical

import (
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// network reads 10.1.0.0/24, 10.1.0.0/255.255.255.0 and 1.10.in-addr.arpa. The prefix is part of a
// network. An address with bits set after its prefix is the address of a host with the prefix of
// its interface, and not a network.
func network(text string) (string, bool) {
	text = asciiNumerals(text)
	if !strings.ContainsAny(text, "/ ") && !strings.HasSuffix(strings.TrimSuffix(text, "."), "arpa") &&
		!strings.HasSuffix(strings.TrimSuffix(text, "."), "ARPA") {
		return "", false
	}
	if rest, ok := networkLabels.cut(text); ok {
		text = rest
	}
	a, length, ok := addressAndPrefix(text)
	if !ok || !isNetwork(a, length) {
		return "", false
	}
	return a.String() + "/" + strconv.Itoa(length), true
}

var networkLabels = labels{append([]string{"net", "network", "subnet"}, addressLabels.words...), addressLabels.ends}

// isNetwork reports whether no bit of a is set after the prefix. A prefix over all bits means the
// address itself.
func isNetwork(a netip.Addr, length int) bool {
	if length < 0 || length >= a.BitLen() {
		return false
	}
	p, err := a.WithZone("").Prefix(length)
	return err == nil && p.Addr() == a.WithZone("")
}

// prefix reads the text after an address: nothing, a port or a prefix, :5060, /24, /255.255.255.0.
// Some sources write a port after a slash by mistake.
func prefix(rest string, size int) (length int, ok bool) {
	if rest == "" {
		return noPrefix, true
	}
	sign, number := rest[0], strings.TrimLeft(rest[1:], " ")
	if !digits(number) {
		mask, err := netip.ParseAddr(number)
		if err != nil || sign == ':' || mask.BitLen() != size {
			return noPrefix, false
		}
		return maskLength(mask.AsSlice())
	}
	if sign == ' ' || len(number) > 5 {
		return noPrefix, false
	}
	if length, _ = strconv.Atoi(number); sign == '/' && length <= size {
		return length, true
	}
	return noPrefix, sign == ':' || sign == '/'
}

// maskLength returns the length of a mask of ones, or of the inverted mask that routers write for
// it: 0.0.0.255.
func maskLength(mask []byte) (length int, ok bool) {
	flip := byte(0)
	if mask[0] == 0 && mask[len(mask)-1] != 0 {
		flip = 0xff
	}
	ended := false
	for _, b := range mask {
		b ^= flip
		ones := bits.LeadingZeros8(^b)
		if b<<ones != 0 || ended && b != 0 {
			return noPrefix, false
		}
		length += ones
		ended = ones < 8
	}
	return length, true
}
