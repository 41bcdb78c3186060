package authorities

import (
	"bytes"
	"errors"
	"strings"

	"polycom.com/usagedata/core/usage"
)

const pemHint = "give a PEM file with a line -----BEGIN CERTIFICATE-----"

// forms lists other files that people mistake for a file of certificates, by a word of the first
// PEM label.
var forms = []struct{ label, is, hint string }{
	{"CERTIFICATE REQUEST", "a certificate request, not a certificate",
		"give the certificate that the authority issued for it"},
	{"PRIVATE KEY", "a private key, not a certificate", "give the certificate's file, and keep the key secret"},
	{"PUBLIC KEY", "a public key, not a certificate", pemHint},
	{"PKCS7", "certificates in PKCS#7, which is not supported",
		"convert it with `openssl pkcs7 -print_certs -in FILE -out FILE`"},
	{"CRL", "a list of revoked certificates, not a certificate", pemHint},
}

// noCertificate describes the content of a file without certificates.
func noCertificate(raw []byte, labels []string) error {
	if len(labels) > 0 {
		for _, form := range forms {
			if strings.Contains(labels[0], form.label) {
				return usage.WithHint(errors.New("the file has "+form.is), form.hint)
			}
		}
		return usage.WithHint(errors.New("the file has something other than a certificate"), pemHint)
	}
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return usage.WithHint(errors.New("the file has no certificate: it is empty"), pemHint)
	case raw[0] == sequence:
		return binary(raw)
	case bytes.Contains(raw, []byte(begin)):
		return usage.WithHint(errors.New("the file has no certificate: -----BEGIN must be on a line of its own"),
			pemHint)
	}
	return usage.WithHint(errors.New("the file has no certificate"), pemHint)
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
		return usage.WithHint(errors.New("the file has certificates in PKCS#7, which is not supported"),
			"convert it with `openssl pkcs7 -inform DER -print_certs -in FILE -out FILE`")
	case bytes.Contains(head[:min(len(head), 8)], []byte(version3)):
		return usage.WithHint(errors.New("the file has keys and certificates in PKCS#12, which is not supported"),
			"convert it with `openssl pkcs12 -nokeys -in FILE -out FILE`")
	}
	return usage.WithHint(errors.New("the file has no certificate that can be read"), pemHint)
}
