package profile

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Pin is the SHA-256 of a public key with its algorithm, a certificate's SubjectPublicKeyInfo (RFC 7469). It is written
// sha256/BASE64, and made for example by
//
//	openssl x509 -in FILE -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
type Pin [sha256.Size]byte

// PinOf is the pin that the certificate has.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

const pinPrefix = "sha256/"

// String writes the pin as a profile does.
func (p Pin) String() string { return pinPrefix + base64.StdEncoding.EncodeToString(p[:]) }

// leastPins is one to be used and one to turn to when that key is lost.
const leastPins = 2

// ParsePins reads a list of pins: none at all, or two different ones at least.
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
	if len(pins) > 0 && len(pins) < leastPins {
		return nil, errors.New("at least two different pins are wanted: one is for the key to turn to when the other is lost")
	}
	return pins, nil
}

func parsePin(text string) (pin Pin, err error) {
	encoded, _ := strings.CutPrefix(text, pinPrefix)
	sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err == nil && len(sum) == len(pin) {
		pin = Pin(sum)
	}
	if pin.String() != text { // written in exactly one way
		return Pin{}, errors.New("must be sha256/ and the base64 of 32 bytes")
	}
	return pin, nil
}
