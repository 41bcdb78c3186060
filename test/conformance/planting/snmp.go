package planting

import (
	"net/netip"
)

// Tags of BER that occur in SNMP.
const (
	tagInteger  = 0x02
	tagOctets   = 0x04
	tagOID      = 0x06
	tagSequence = 0x30
	tagAddress  = 0x40
)

// element is a value in BER.
type element struct {
	tag  byte
	body []byte
}

// SNMP returns a message of SNMP with planted names in its values. A message with authentication,
// and one that is not SNMP, is returned unchanged.
func (n *Names) SNMP(at Place, message []byte) []byte {
	whole, ok := only(message, tagSequence)
	if !ok {
		return message
	}
	parts, ok := elements(whole)
	if !ok || len(parts) < 3 || parts[0].tag != tagInteger {
		return message
	}
	last := &parts[len(parts)-1]
	if len(parts) == 4 { // version 3: header, security parameters, PDU with its context
		header, ok := elements(parts[1].body)
		scoped, plain := elements(last.body)
		if !ok || len(header) != 4 || len(header[2].body) != 1 || header[2].body[0]&1 != 0 || last.tag != tagSequence ||
			!plain || len(scoped) != 3 {
			return message
		}
		scoped[2].body = n.pdu(at, scoped[2].body)
		last.body = encode(scoped)
	} else {
		last.body = n.pdu(at, last.body)
	}
	return encode([]element{{tagSequence, encode(parts)}})
}

// pdu replaces the values of the variables.
func (n *Names) pdu(at Place, body []byte) []byte {
	parts, ok := elements(body)
	if !ok || len(parts) != 4 || parts[3].tag != tagSequence {
		return body
	}
	variables, ok := elements(parts[3].body)
	if !ok {
		return body
	}
	for i, v := range variables {
		pair, ok := elements(v.body)
		if !ok || len(pair) != 2 || pair[0].tag != tagOID {
			continue
		}
		pair[1] = n.variable(at.at(system[string(pair[0].body)]), pair[1])
		variables[i].body = encode(pair)
	}
	parts[3].body = encode(variables)
	return encode(parts)
}

// system names the objects of the group system that identify a product, by their encoded OIDs
// 1.3.6.1.2.1.1.4.0 to 1.3.6.1.2.1.1.6.0.
var system = map[string]string{
	"\x2b\x06\x01\x02\x01\x01\x04\x00": "contact", "\x2b\x06\x01\x02\x01\x01\x05\x00": "hostname",
	"\x2b\x06\x01\x02\x01\x01\x06\x00": "location",
}

func (n *Names) variable(at Place, value element) element {
	switch value.tag {
	case tagOctets:
		value.body = n.value(at, value.body)
	case tagAddress:
		if address, ok := netip.AddrFromSlice(value.body); ok && address.Is4() {
			planted, err := netip.ParseAddr(n.Replace(at, address.String()))
			if err == nil && planted.Is4() {
				value.body = planted.AsSlice()
			}
		}
	}
	return value
}

// only returns the content of the one element that a message consists of.
func only(message []byte, tag byte) ([]byte, bool) {
	parts, ok := elements(message)
	if !ok || len(parts) != 1 || parts[0].tag != tag {
		return nil, false
	}
	return parts[0].body, true
}

// elements splits a text into the elements of which it consists.
func elements(text []byte) (all []element, ok bool) {
	for len(text) > 0 {
		if len(text) < 2 || text[0]&0x1f == 0x1f {
			return nil, false
		}
		tag, size, from := text[0], int(text[1]), 2
		if size >= 0x80 {
			digits := size & 0x7f
			if digits == 0 || digits > 4 || len(text) < 2+digits {
				return nil, false
			}
			size = 0
			for _, b := range text[2 : 2+digits] {
				size = size<<8 | int(b)
			}
			from += digits
		}
		if size > len(text)-from {
			return nil, false
		}
		all, text = append(all, element{tag, text[from : from+size]}), text[from+size:]
	}
	return all, true
}

// encode is the inverse of [elements].
func encode(all []element) (text []byte) {
	for _, e := range all {
		text = append(text, e.tag)
		switch size := len(e.body); {
		case size < 0x80:
			text = append(text, byte(size))
		case size < 0x100:
			text = append(text, 0x81, byte(size))
		default:
			text = append(text, 0x82, byte(size>>8), byte(size))
		}
		text = append(text, e.body...)
	}
	return text
}
