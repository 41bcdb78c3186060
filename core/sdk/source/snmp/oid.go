package snmp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// oid is an object identifier. OIDs are ordered as agents order them: by their numbers, a prefix
// first.
type oid []uint32

// maxNumbers is the limit for the numbers of an OID by RFC 3416.
const maxNumbers = 128

func parseOID(text string) (oid, error) {
	var parsed oid
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "."), ".") {
		number, err := strconv.ParseUint(part, 10, 32)
		if err != nil || len(parsed) == maxNumbers {
			return nil, fmt.Errorf("%q is not an OID", text)
		}
		parsed = append(parsed, uint32(number))
	}
	if parsed.String() != strings.TrimPrefix(text, ".") { // libraries disagree whether 1.03 is 1.3 or an error
		return nil, fmt.Errorf("%q is not an OID", text)
	}
	return parsed, nil
}

// String returns the OID without a leading dot.
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

// below returns the numbers after a prefix. It reports false if there are none, or if the OID has
// another prefix.
func (o oid) below(prefix oid) (oid, bool) {
	if len(o) <= len(prefix) || !slices.Equal(o[:len(prefix)], prefix) {
		return nil, false
	}
	return o[len(prefix):], true
}

func (o oid) child(number uint32) oid { return append(slices.Clone(o), number) }
