package anonymize

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// literal writes addresses in their other notations, also those that stand where a name is expected.
func (s spellings) literal(k kind.Kind, text, form string) {
	if k == kind.Address {
		s.address(netip.MustParseAddr(form))
	} else if a, ok := canonical.Address(text); ok {
		s.address(a)
	}
	if mac, ok := canonical.MAC(text); ok {
		s.mac(hex.EncodeToString(mac))
	}
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
	s.plain(bare)
	s.plain(strings.ReplaceAll(a.String(), ":", "-"))
	s.plain(strings.Join(groups, ":"))
	s.plain(strings.Join(short, ":"))
	s.plain(strings.Join(short, "-"))
	nibbles := inGroups(bare, 1)
	slices.Reverse(nibbles)
	s.plain(strings.Join(nibbles, "."))
}

func (s spellings) quad(raw [4]byte) {
	var groups, padded, turned, octal, hexed []string
	for _, octet := range raw {
		text := strconv.Itoa(int(octet))
		groups = append(groups, text)
		padded = append(padded, "00"[:3-len(text)]+text)
		octal = append(octal, "0"+strconv.FormatUint(uint64(octet), 8))
		hexed = append(hexed, "0x"+strconv.FormatUint(uint64(octet), 16))
	}
	turned = slices.Clone(groups)
	slices.Reverse(turned)
	number := binary.BigEndian.Uint32(raw[:])
	s.plain(strings.Join(groups, "-"))
	s.plain(strings.Join(groups, "_"))
	s.plain(strings.Join(turned, "."))
	s.plain(strings.Join(padded, "."))
	s.plain(strings.Join(octal, "."))
	s.plain(strings.Join(hexed, "."))
	s.plain(hex.EncodeToString(raw[:]))
	s.plain(strconv.FormatUint(uint64(number), 10))
	s.plain("0x" + strconv.FormatUint(uint64(number), 16))
	s.plain("0" + strconv.FormatUint(uint64(number), 8))
	s.within(number)
}

// within is an IPv4 address in IPv6 notation: mapped (RFC 4291), 6to4 (RFC 3056), and through NAT64 (RFC 6052).
func (s spellings) within(number uint32) {
	high, low := uint64(number>>16), uint64(number&0xffff)
	short := strconv.FormatUint(high, 16) + ":" + strconv.FormatUint(low, 16)
	long := fmt.Sprintf("%04x:%04x", high, low)
	for _, before := range []string{"ffff:", "2002:", "64:ff9b::", "0064:ff9b:0000:0000:0000:0000:"} {
		s.plain(before + short)
		s.plain(before + long)
	}
}

func (s spellings) mac(bare string) {
	pairs, quads, single := inGroups(bare, 2), inGroups(bare, 4), inGroups(bare, 2)
	for i := range single {
		single[i] = strings.TrimPrefix(single[i], "0")
	}
	s.encoded(strings.Join(pairs, ":"))
	for _, sign := range []string{"-", " ", "."} {
		s.plain(strings.Join(pairs, sign))
	}
	for _, sign := range []string{".", "-", ":"} {
		s.plain(strings.Join(quads, sign))
	}
	s.plain(strings.Join(single, ":"))
	s.plain(bare[:len(bare)/2] + "-" + bare[len(bare)/2:])
	if len(bare) == 12 {
		s.plain(interfaceID(bare))
	}
}

// interfaceID is the end of the IPv6 address that a machine makes of its hardware address (RFC 4291).
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
