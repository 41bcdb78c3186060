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

// errEncoding is the error for a version 3 answer that this package cannot parse, although the
// library could.
var errEncoding = fmt.Errorf("%w: the encoding is not understood", sdk.NotAvailable(sdk.Malformed))

// check replaces each incorrectly encoded value of a version 3 answer by Null, as [nullInvalid]
// does for version 2c. The answer was encrypted, so only the library has decoded it.
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

// decrypted returns the PDU of a version 3 message with privacy, which is always requested: RFC
// 3412, 3414 and 3826.
func decrypted(datagram, key []byte) (pdu element, err error) {
	parts := within(elements(datagram), 0) // version, header, security parameters, encrypted scope
	security := within(within(parts, 2), 0)
	if len(parts) != 4 || len(security) != 6 { // engine, its boots and time, user, digest, salt
		return pdu, errEncoding
	}
	block, err := aes.NewCipher(key)
	vector := bytes.Join([][]byte{fourBytes(security[1]), fourBytes(security[2]), security[5].content}, nil)
	if err != nil || len(vector) != aes.BlockSize {
		return pdu, errors.Join(errEncoding, err)
	}
	plain := make([]byte, len(parts[3].content))
	for at := 0; at < len(plain); at += aes.BlockSize { // CFB: the previous ciphertext is the input of the next block
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

// within splits the content of one of the elements. It returns nil if there are not as many.
func within(all []element, place int) []element {
	if place >= len(all) {
		return nil
	}
	return elements(all[place].content)
}

// fourBytes returns the four bytes of a number.
func fourBytes(of element) []byte {
	padded := append(make([]byte, 4), of.content...)
	return padded[len(padded)-4:]
}
