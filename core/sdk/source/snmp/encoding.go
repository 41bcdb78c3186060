package snmp

import (
	"bytes"

	"github.com/gosnmp/gosnmp"
)

// The BER tags that are needed to find the values of an answer.
const (
	sequence = byte(gosnmp.Sequence)
	response = byte(gosnmp.GetResponse)
	null     = byte(gosnmp.Null)
)

// element is an element of BER: a tag and its content. Both are slices of the datagram.
type element struct {
	tag     []byte // one byte
	content []byte
}

// elements splits a content into its elements. It returns nil if a length is wrong.
func elements(content []byte) (all []element) {
	for len(content) > 0 {
		one, rest, ok := first(content)
		if !ok {
			return nil
		}
		all, content = append(all, one), rest
	}
	return all
}

// first returns the first element of a content, and the rest.
func first(content []byte) (one element, rest []byte, ok bool) {
	start, length := contentOf(content)
	if start == 0 || length > len(content)-start {
		return one, nil, false
	}
	return element{content[:1], content[start : start+length]}, content[start+length:], true
}

// contentOf returns where the content of the first element begins, and its declared length. It
// returns 0 if the length is not in the definite form.
func contentOf(data []byte) (start, length int) {
	if len(data) < 2 || data[1] == 0x80 {
		return 0, 0
	}
	if data[1] < 0x80 {
		return 2, int(data[1])
	}
	start = 2 + int(data[1]&0x7f)
	if start > len(data) || start > 2+4 {
		return 0, 0
	}
	for _, b := range data[2:start] {
		length = length<<8 | int(b)
	}
	return start, length
}

// variablesOf returns the variables of a PDU.
func variablesOf(pdu element) (all []element) {
	if parts := elements(pdu.content); len(parts) == 4 && parts[3].tag[0] == sequence {
		return elements(parts[3].content)
	}
	return nil
}

// nullInvalid replaces each incorrectly encoded value in an answer of version 2c by Null. The
// library decodes a number of no bytes as zero, and drops the whole answer if it cannot decode a
// value; with Null, only the value itself is lost.
func nullInvalid(datagram []byte) {
	message := elements(datagram)
	if len(message) != 1 {
		return
	}
	parts := elements(message[0].content)
	if len(parts) != 3 || parts[2].tag[0] != response {
		return
	}
	for _, variable := range variablesOf(parts[2]) {
		if _, value, ok := first(variable.content); ok {
			nullValue(value)
		}
	}
}

// nullValue uses the length of the variable if the length of its value is wrong.
func nullValue(value []byte) {
	one, rest, ok := first(value)
	switch {
	case ok && len(rest) == 0 && misencoded(one):
		one.tag[0] = null
	case ok && len(rest) == 0:
	case len(value) >= 2 && len(value)-2 < 0x80:
		value[0], value[1] = null, byte(len(value)-2)
	}
}

// misencoded reports whether a value does not match its tag, or has a type that is never read here.
func misencoded(value element) bool {
	content := value.content
	switch gosnmp.Asn1BER(value.tag[0]) {
	case gosnmp.OctetString, gosnmp.Null, gosnmp.NoSuchObject, gosnmp.NoSuchInstance, gosnmp.EndOfMibView:
		return false
	case gosnmp.Integer:
		return len(content) == 0 || len(content) > 8
	case gosnmp.Counter32, gosnmp.Gauge32, gosnmp.TimeTicks:
		return wrongUnsigned(content, 4)
	case gosnmp.Counter64:
		return wrongUnsigned(content, 8)
	case gosnmp.Opaque:
		return wrongReal(content)
	}
	return true
}

// wrongUnsigned refuses a number without bytes or with too many significant bytes. A number that
// begins with a set bit is negative by the rules. Agents that omit the leading zero mean an
// unsigned number of full length; a shorter one is ambiguous and refused.
func wrongUnsigned(content []byte, bytesOf int) bool {
	significant := bytes.TrimLeft(content, "\x00")
	negative := len(content) > 0 && content[0]&0x80 != 0
	return len(content) == 0 || len(content) > 9 || len(significant) > bytesOf || negative && len(content) < bytesOf
}

// wrongReal accepts the two encodings of a floating-point number: net-snmp's Float and Double.
func wrongReal(content []byte) bool {
	return (!bytes.HasPrefix(content, []byte{0x9f, 0x78, 4}) || len(content) != 3+4) &&
		(!bytes.HasPrefix(content, []byte{0x9f, 0x79, 8}) || len(content) != 3+8)
}
