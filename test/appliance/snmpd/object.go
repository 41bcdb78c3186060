package snmpd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Object is an object of the agent.
type Object struct {
	OID   string // with its instance, without a leading dot: 1.3.6.1.4.1.8072.9999.9999.1.0
	Type  string // one of the types below
	Value string // a decimal number; a text, in UTF-8, or 0x and the bytes in hexadecimal; an OID
}

// These are the types of objects: the words of snmpd.conf, and counter64.
const (
	Integer   = "integer"
	Gauge     = "uinteger"
	Counter   = "counter"
	Counter64 = "counter64"
	TimeTicks = "timeticks"
	Text      = "octet_str"
	ObjectID  = "object_id"
)

// line returns the object's directive in snmpd.conf.
func (o Object) line() string {
	value := o.Value
	if o.Type == Text {
		value = quoted(o.Value)
	}
	return fmt.Sprintf("override .%s %s %s\n", o.OID, o.Type, value)
}

// quoted returns a text as snmpd.conf requires it. Hexadecimal bytes are left unchanged.
func quoted(value string) string {
	if strings.HasPrefix(value, "0x") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// ordered returns a copy in the order of agents: by numbers, the shorter OID first.
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

// parent returns the object of an instance, or the column without its row number.
func (o Object) parent() string { return o.OID[:strings.LastIndexByte(o.OID, '.')] }
