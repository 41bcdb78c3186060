package snmp

import (
	"bytes"
	"crypto/aes"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// errEncoding is an answer of version 3 that can't be taken apart, though the library could.
var errEncoding = fmt.Errorf("%w: its encoding is not understood", sdk.NotAvailable(sdk.Malformed))

// check makes Null of each odd value of an answer of version 3, as blank does of one of version 2c:
// it was encrypted, so that only the library has seen it.
func (s *session) check(datagram []byte, answer *gosnmp.SnmpPacket) error {
	usm, ok := s.client.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	if s.client.Version != gosnmp.Version3 || !ok {
		return nil
	}
	pdu, err := decrypted(datagram, usm.PrivacyKey)
	variables := variablesOf(pdu)
	if err != nil || len(variables) != len(answer.Variables) {
		return errEncoding
	}
	for i, variable := range variables {
		if pair := elements(variable.content); len(pair) != 2 || misencoded(pair[1]) {
			answer.Variables[i].Type, answer.Variables[i].Value = gosnmp.Null, nil
		}
	}
	return nil
}

// decrypted finds the PDU of a message of version 3 with privacy, which is always asked for: RFC 3412, 3414 and 3826.
func decrypted(datagram, key []byte) (pdu element, err error) {
	parts := within(elements(datagram), 0) // version, header, security parameters, encrypted scope
	security := within(within(parts, 2), 0)
	if len(parts) != 4 || len(security) != 6 { // engine, its boots and time, user, digest, salt
		return pdu, errEncoding
	}
	block, err := aes.NewCipher(key)
	vector := bytes.Join([][]byte{number32(security[1]), number32(security[2]), security[5].content}, nil)
	if err != nil || len(vector) != aes.BlockSize {
		return pdu, errors.Join(errEncoding, err)
	}
	plain := make([]byte, len(parts[3].content))
	for at := 0; at < len(plain); at += aes.BlockSize { // CFB, by which the cipher's text drives the next block
		encrypted := parts[3].content[at:min(at+aes.BlockSize, len(plain))]
		block.Encrypt(vector, vector)
		subtle.XORBytes(plain[at:], encrypted, vector)
		copy(vector, encrypted)
	}
	scope := within(elements(plain), 0) // engine, context, PDU
	if len(scope) != 3 {
		return pdu, errEncoding
	}
	return scope[2], nil
}

// within takes the content of one of the elements apart; none where there are not so many.
func within(all []element, place int) []element {
	if place >= len(all) {
		return nil
	}
	return elements(all[place].content)
}

// number32 is a number's four bytes.
func number32(of element) []byte {
	padded := append(make([]byte, 4), of.content...)
	return padded[len(padded)-4:]
}
