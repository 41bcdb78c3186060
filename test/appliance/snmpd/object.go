package snmpd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Object is one object that the agent answers for.
type Object struct {
	OID   string // with its instance, without a dot before it: 1.3.6.1.4.1.8072.9999.9999.1.0
	Type  string // one of the types below
	Value string // a decimal number; a text, in UTF-8, or 0x and the bytes in hexadecimal; an OID
}

// The types that an object may have: the words of snmpd.conf, and counter64.
const (
	Integer   = "integer"
	Gauge     = "uinteger"
	Counter   = "counter"
	Counter64 = "counter64"
	TimeTicks = "timeticks"
	Text      = "octet_str"
	ObjectID  = "object_id"
)

// line is the object's directive in snmpd.conf. snmpd itself would only complain of a mistake, and serve the rest.
func (o Object) line() (string, error) {
	value := o.Value
	if !isOID(o.OID) {
		return "", fmt.Errorf("%q is no OID", o.OID)
	}
	switch _, err := strconv.ParseInt(o.Value, 10, 64); o.Type {
	case Integer, Gauge, Counter, TimeTicks:
		if err != nil {
			return "", fmt.Errorf("object %s: the value is no number", o.OID)
		}
	case Text:
		if value = quoted(o.Value); strings.ContainsAny(value, "\r\n") {
			return "", fmt.Errorf("object %s: the value has more than one line", o.OID)
		}
	case ObjectID:
		if !isOID(o.Value) {
			return "", fmt.Errorf("object %s: the value is no OID", o.OID)
		}
	default:
		return "", fmt.Errorf("object %s: %q is no type", o.OID, o.Type)
	}
	return fmt.Sprintf("override .%s %s %s\n", o.OID, o.Type, value), nil
}

// quoted is a text as snmpd.conf wants it. Bytes in hexadecimal stand there as they are.
func quoted(value string) string {
	if strings.HasPrefix(value, "0x") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

func isOID(text string) bool {
	parts := strings.Split(text, ".")
	return len(parts) > 1 && !slices.ContainsFunc(parts, func(part string) bool {
		_, err := strconv.ParseUint(part, 10, 32)
		return err != nil
	})
}

// ordered is a copy in the order of agents: by numbers, the shorter one first.
func ordered(objects []Object) []Object {
	keys := make(map[string][]uint64, len(objects))
	for _, o := range objects {
		keys[o.OID] = numbers(o.OID)
	}
	return slices.SortedFunc(slices.Values(objects), func(a, b Object) int {
		return slices.Compare(keys[a.OID],
			keys[b.OID])
	})
}

func numbers(oid string) []uint64 {
	var list []uint64
	for part := range strings.SplitSeq(oid, ".") {
		n, _ := strconv.ParseUint(part, 10, 32) // isOID has been asked
		list = append(list, n)
	}
	return list
}

// parent is the object that an instance belongs to, or a column without its row's number.
func (o Object) parent() string { return o.OID[:strings.LastIndexByte(o.OID, '.')] }
