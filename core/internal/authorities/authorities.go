// Package authorities reads the certificates in a file that an administrator gives: authorities to
// trust, or a certificate to show. If one certificate cannot be read, only that one is lost. If the
// file has no certificate, the error says what it holds instead.
//
// The errors contain neither the file's name nor any of its content.
package authorities

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/usage"
)

// MaxSize is the largest size of a file, in bytes. A bundle of all public authorities has a quarter
// of that size.
const MaxSize = 1 << 20

// Bundle is the content of a file.
type Bundle struct {
	Certificates []*x509.Certificate
	Unread       []error // one error for each certificate that cannot be read
}

// Parse reads certificates in DER, or in PEM in any encoding and indentation, with any text around
// them. If no certificate can be read, the error says why and has a hint.
func Parse(raw []byte) (Bundle, error) {
	if found, err := x509.ParseCertificates(raw); err == nil && len(found) > 0 {
		return Bundle{Certificates: found}, nil
	}
	var b Bundle
	var others []string
	for _, block := range blocksOf(splitJoined(plaintext.Lines(raw))) {
		switch block.label {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			b.add(block)
		default:
			others = append(others, block.label)
		}
	}
	switch {
	case len(b.Certificates) > 0:
		return b, nil
	case len(b.Unread) > 0:
		return b, b.Unread[0]
	default:
		return b, noCertificate(raw, others)
	}
}

func (b *Bundle) add(block block) {
	c, err := block.certificate()
	if err != nil {
		b.Unread = append(b.Unread, err)
		return
	}
	b.Certificates = append(b.Certificates, c)
}

// Pool returns the certificates as authorities to trust.
func (b Bundle) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range b.Certificates {
		pool.AddCert(c)
	}
	return pool
}

// PEM returns the certificates in PEM.
func (b Bundle) PEM() (text []byte) {
	for _, c := range b.Certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return text
}

// block is a PEM block of a file: its lines, from BEGIN to END.
type block struct {
	label string
	lines []string
	ended bool
}

const begin, end, dashes = "-----BEGIN ", "-----END ", "-----"

// splitJoined splits the line that results if a file without a final newline is concatenated with
// another.
func splitJoined(lines []string) (all []string) {
	for _, line := range lines {
		if at := strings.LastIndex(line, begin); at > 0 && strings.HasPrefix(line, end) {
			all = append(all, strings.Trim(line[:at], " \ufeff"))
			line = line[at:]
		}
		all = append(all, line)
	}
	return all
}

// blocksOf returns the PEM blocks among the lines. Text around them is meant for people.
func blocksOf(lines []string) (blocks []block) {
	inside := false
	for _, line := range lines {
		if label, found := strings.CutPrefix(line, begin); found && strings.HasSuffix(label, dashes) {
			blocks = append(blocks, block{label: strings.TrimSuffix(label, dashes)})
			inside = true
		}
		if !inside {
			continue
		}
		last := &blocks[len(blocks)-1]
		last.lines = append(last.lines, line)
		if line == end+last.label+dashes {
			last.ended, inside = true, false
		}
	}
	return blocks
}

func (b block) certificate() (*x509.Certificate, error) {
	const again = "copy the certificate again, or get it from its issuer"
	if b.label == "TRUSTED CERTIFICATE" { // its settings may distrust it
		return nil, usage.WithHint(errors.New("a certificate has OpenSSL trust settings, which are not supported"),
			"remove them with `openssl x509 -in FILE -out FILE`")
	}
	if !b.ended {
		missing := errors.New("a certificate is not complete: the line -----END CERTIFICATE----- is missing")
		return nil, usage.WithHint(missing, again)
	}
	decoded, _ := pem.Decode([]byte(strings.Join(b.lines, "\n") + "\n"))
	if decoded == nil {
		return nil, usage.WithHint(errors.New("a certificate is damaged: its lines are not base64"),
			again)
	}
	c, err := x509.ParseCertificate(decoded.Bytes)
	if err != nil {
		return nil, usage.WithHint(fmt.Errorf("a certificate cannot be read: %s", withoutQuotations(err)), again)
	}
	return c, nil
}

// withoutQuotations returns the library's message without its quotations from the certificate.
func withoutQuotations(err error) string {
	words, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "x509: "), `"`)
	return strings.TrimRight(words, ": ")
}
