package authorities

import (
	"bytes"
	"errors"
	"strings"

	"polycom.com/usagedata/core/usage"
)

const wanted = "give a PEM file: it has a line -----BEGIN CERTIFICATE-----"

// forms lists other files that people mistake for a file of certificates, by a word of the first
// PEM label.
var forms = []struct{ label, is, hint string }{
	{"CERTIFICATE REQUEST", "a request, no certificate", "give what the authority answered to it"},
	{"PRIVATE KEY", "a private key, no certificate", "give the file of the certificate, and keep the key secret"},
	{"PUBLIC KEY", "a public key, no certificate", wanted},
	{"PKCS7", "certificates in PKCS#7, which is not read",
		"`openssl pkcs7 -print_certs -in FILE -out FILE` writes its certificates"},
	{"CRL", "a list of revoked certificates, no certificate", wanted},
}

// instead describes the content of a file without certificates.
func instead(raw []byte, labels []string) error {
	if len(labels) > 0 {
		for _, form := range forms {
			if strings.Contains(labels[0], form.label) {
				return usage.WithHint(errors.New("the file has "+form.is), form.hint)
			}
		}
		return usage.WithHint(errors.New("the file has something other than a certificate"), wanted)
	}
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return usage.WithHint(errors.New("the file has no certificate: it is empty"), wanted)
	case raw[0] == sequence:
		return binary(raw)
	case bytes.Contains(raw, []byte(begin)):
		return usage.WithHint(errors.New("the file has no certificate: -----BEGIN is not on a line of its own"), wanted)
	}
	return usage.WithHint(errors.New("the file has no certificate"), wanted)
}

// sequence is the first byte of everything in DER, and signedData the object identifier of PKCS#7.
const (
	sequence   = 0x30
	signedData = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	version3   = "\x02\x01\x03" // of PKCS#12
)

func binary(raw []byte) error {
	switch head := raw[:min(len(raw), 32)]; {
	case bytes.Contains(head, []byte(signedData)):
		return usage.WithHint(errors.New("the file has certificates in PKCS#7, which is not read"),
			"`openssl pkcs7 -inform DER -print_certs -in FILE -out FILE` writes its certificates")
	case bytes.Contains(head[:min(len(head), 8)], []byte(version3)):
		return usage.WithHint(errors.New("the file has keys and certificates in PKCS#12, which is not read"),
			"`openssl pkcs12 -nokeys -in FILE -out FILE` writes its certificates")
	}
	return usage.WithHint(errors.New("the file has no certificate that can be read"), wanted)
}
