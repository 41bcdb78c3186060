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

// line is the object's directive in snmpd.conf.
func (o Object) line() string {
	value := o.Value
	if o.Type == Text {
		value = quoted(o.Value)
	}
	return fmt.Sprintf("override .%s %s %s\n", o.OID, o.Type, value)
}

// quoted is a text as snmpd.conf wants it. Bytes in hexadecimal stand there as they are.
func quoted(value string) string {
	if strings.HasPrefix(value, "0x") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// ordered is a copy in the order of agents: by numbers, the shorter one first.
func ordered(objects []Object) []Object {
	keys := make(map[string][]uint64, len(objects))
	for _, o := range objects {
		keys[o.OID] = numbers(o.OID)
	}
	return slices.SortedFunc(slices.Values(objects), func(a, b Object) int {
		return slices.Compare(keys[a.OID], keys[b.OID])
	})
}

func numbers(oid string) []uint64 {
	var list []uint64
	for part := range strings.SplitSeq(oid, ".") {
		n, _ := strconv.ParseUint(part, 10, 32) // they are numbers
		list = append(list, n)
	}
	return list
}

// parent is the object that an instance belongs to, or a column without its row's number.
func (o Object) parent() string { return o.OID[:strings.LastIndexByte(o.OID, '.')] }
