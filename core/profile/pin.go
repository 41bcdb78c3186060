package profile

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Pin is the SHA-256 of a certificate's SubjectPublicKeyInfo: a public key with its algorithm (RFC
// 7469). It is written as sha256/BASE64, and can be made by
//
//	openssl x509 -in FILE -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
type Pin [sha256.Size]byte

// PinOf returns the pin of the certificate.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

const pinPrefix = "sha256/"

// String returns the pin in the form that profiles use.
func (p Pin) String() string { return pinPrefix + base64.StdEncoding.EncodeToString(p[:]) }

// minPins is one pin in use, and a spare for the case that its key is lost.
const minPins = 2

// ParsePins parses a list of pins, which must be empty or have at least two different pins.
func ParsePins(texts []string) ([]Pin, error) {
	var pins []Pin
	seen := map[Pin]bool{}
	for i, text := range texts {
		pin, err := parsePin(text)
		if err != nil {
			return nil, fmt.Errorf("pin %d: %w", i+1, err)
		}
		if !seen[pin] {
			seen[pin] = true
			pins = append(pins, pin)
		}
	}
	if len(pins) > 0 && len(pins) < minPins {
		return nil, errors.New("give at least two different pins: one in use, and one for a spare key")
	}
	return pins, nil
}

func parsePin(text string) (pin Pin, err error) {
	encoded, _ := strings.CutPrefix(text, pinPrefix)
	sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err == nil && len(sum) == len(pin) {
		pin = Pin(sum)
	}
	if pin.String() != text { // only one notation is accepted
		return Pin{}, errors.New("must be sha256/ followed by 32 bytes in base64")
	}
	return pin, nil
}
