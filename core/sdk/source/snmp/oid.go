package snmp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// oid is an object identifier. Its order is that of agents: by numbers, the shorter one first.
type oid []uint32

// maxNumbers of an OID, by RFC 3416.
const maxNumbers = 128

func parseOID(text string) (oid, error) {
	var parsed oid
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "."), ".") {
		number, err := strconv.ParseUint(part, 10, 32)
		if err != nil || len(parsed) == maxNumbers {
			return nil, fmt.Errorf("%q is no OID", text)
		}
		parsed = append(parsed, uint32(number))
	}
	if parsed.String() != strings.TrimPrefix(text, ".") { // 1.03 is 1.3 for some, and nothing for others
		return nil, fmt.Errorf("%q is no OID", text)
	}
	return parsed, nil
}

// String writes an OID without a dot before it.
func (o oid) String() string {
	var text []byte
	for i, number := range o {
		if i > 0 {
			text = append(text, '.')
		}
		text = strconv.AppendUint(text, uint64(number), 10)
	}
	return string(text)
}

// below is what comes after a prefix; false if that is nothing, or the prefix another.
func (o oid) below(prefix oid) (oid, bool) {
	if len(o) <= len(prefix) || !slices.Equal(o[:len(prefix)], prefix) {
		return nil, false
	}
	return o[len(prefix):], true
}

func (o oid) child(number uint32) oid { return append(slices.Clone(o), number) }
