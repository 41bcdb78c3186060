package leak

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
)

// literal writes addresses in their other notations, even if they are in place of a name.
func (s spellings) literal(text, form string) {
	if a, ok := addressOf(form); ok {
		s(a.String()) // the form may have a zone or a prefix too
		s.address(a)
	} else if a, ok := canonical.Address(text); ok {
		s.address(a)
	}
	if mac, ok := canonical.MAC(text); ok {
		s.mac(hex.EncodeToString(mac))
	}
}

// addressOf reads the canonical form of an address or a network.
func addressOf(form string) (netip.Addr, bool) {
	bare, _, _ := strings.Cut(form, "/")
	a, err := netip.ParseAddr(bare)
	return a.WithZone(""), err == nil
}

func (s spellings) address(a netip.Addr) {
	if a.Is4() {
		s.quad(a.As4())
		return
	}
	raw := a.As16()
	bare := hex.EncodeToString(raw[:])
	groups := inGroups(bare, 4)
	short := make([]string, len(groups))
	for i := range groups {
		short[i] = strconv.FormatUint(uint64(binary.BigEndian.Uint16(raw[2*i:])), 16)
	}
	s(bare)
	s(strings.ReplaceAll(a.String(), ":", "-"))
	s(strings.Join(groups, ":"))
	s(strings.Join(short, ":"))
	s(strings.Join(short, "-"))
	nibbles := inGroups(bare, 1)
	slices.Reverse(nibbles)
	s(strings.Join(nibbles, "."))
}

func (s spellings) quad(raw [4]byte) {
	var groups, padded, reversed, octal, hexed []string
	for _, octet := range raw {
		text := strconv.Itoa(int(octet))
		groups = append(groups, text)
		padded = append(padded, "00"[:3-len(text)]+text)
		octal = append(octal, "0"+strconv.FormatUint(uint64(octet), 8))
		hexed = append(hexed, "0x"+strconv.FormatUint(uint64(octet), 16))
	}
	reversed = slices.Clone(groups)
	slices.Reverse(reversed)
	number := binary.BigEndian.Uint32(raw[:])
	s(strings.Join(groups, "-"))
	s(strings.Join(groups, "_"))
	s(strings.Join(reversed, "."))
	s(strings.Join(padded, "."))
	s(strings.Join(octal, "."))
	s(strings.Join(hexed, "."))
	s(hex.EncodeToString(raw[:]))
	s(strings.Join(padded, ""))
	s(strings.TrimLeft(strings.Join(padded, ""), "0")) // as a number
	s.embedded(number)
	if number&0xffff == 0 {
		return // a network: as a number it is a round one, such as 160 MiB
	}
	s(strconv.FormatUint(uint64(number), 10))
	s(strconv.FormatUint(uint64(bits.ReverseBytes32(number)), 10)) // as a little-endian processor reads it
	s("0x" + strconv.FormatUint(uint64(number), 16))
	s("0" + strconv.FormatUint(uint64(number), 8))
}

// embedded writes an IPv4 address in IPv6 notation: mapped (RFC 4291), 6to4 (RFC 3056), and through
// NAT64 (RFC 6052).
func (s spellings) embedded(number uint32) {
	high, low := uint64(number>>16), uint64(number&0xffff)
	short := strconv.FormatUint(high, 16) + ":" + strconv.FormatUint(low, 16)
	long := fmt.Sprintf("%04x:%04x", high, low)
	for _, before := range []string{"ffff:", "2002:", "64:ff9b::", "0064:ff9b:0000:0000:0000:0000:"} {
		s(before + short)
		s(before + long)
	}
}

func (s spellings) mac(bare string) {
	s(bare)
	if number, err := strconv.ParseUint(bare, 16, 64); err == nil {
		s(strconv.FormatUint(number, 10))
	}
	pairs, quads, single := inGroups(bare, 2), inGroups(bare, 4), inGroups(bare, 2)
	for i := range single {
		single[i] = strings.TrimPrefix(single[i], "0")
	}
	s(strings.Join(pairs, ":"))
	for _, sign := range []string{"-", " ", "."} {
		s(strings.Join(pairs, sign))
	}
	for _, sign := range []string{".", "-", ":"} {
		s(strings.Join(quads, sign))
	}
	s(strings.Join(single, ":"))
	s(bare[:len(bare)/2] + "-" + bare[len(bare)/2:])
	if short := strings.TrimLeft(bare, "0"); len(short) >= longHex {
		s(short)
	}
	if len(bare) == 12 {
		s(interfaceID(bare))
		s(strings.ReplaceAll(interfaceID(bare), ":", ""))
		s(bare[:6] + "fffe" + bare[6:])
	}
}

// interfaceID returns the end of the IPv6 address that a machine makes from its hardware address
// (RFC 4291).
func interfaceID(bare string) string {
	raw, _ := hex.DecodeString(bare)
	groups := inGroups(hex.EncodeToString([]byte{raw[0] ^ 2, raw[1], raw[2], 0xff, 0xfe, raw[3], raw[4], raw[5]}), 4)
	for i, group := range groups {
		groups[i] = strings.TrimLeft(group[:3], "0") + group[3:]
	}
	return strings.Join(groups, ":")
}

func inGroups(text string, size int) []string {
	groups := make([]string, 0, len(text)/size)
	for at := 0; at+size <= len(text); at += size {
		groups = append(groups, text[at:at+size])
	}
	return groups
}
