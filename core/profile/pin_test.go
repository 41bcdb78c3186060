package profile

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
)

const (
	pinA = "sha256/YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="
	pinB = "sha256/Vjs8r4z+80wjNcr1YKepWQboSIRi63WsWXhIMN+eWys="
)

func TestPins(t *testing.T) {
	pins, err := ParsePins([]string{pinA, pinB, pinA})
	if err != nil || len(pins) != 2 || pins[0].String() != pinA || pins[1].String() != pinB {
		t.Errorf("got %v and %v, want the two", pins, err)
	}
	if pins, err := ParsePins(nil); pins != nil || err != nil {
		t.Errorf("none: got %v and %v, want none", pins, err)
	}
	for _, bad := range [][]string{
		{pinA}, {pinA, pinA}, {pinA, ""}, {pinA, "sha256/"}, {pinA, strings.TrimPrefix(pinB, "sha256/")},
		{pinA, strings.TrimSuffix(pinB, "=")},
		{pinA, "sha1" + pinB[6:]}, {pinA, "sha256/AAAA"}, {pinA, pinB + "\n"},
		{pinA, strings.Replace(pinB, "s=", "t=", 1)},
	} {
		if got, err := ParsePins(bad); err == nil {
			t.Errorf("%q: got %v, want an error", bad, got)
		}
	}
}

// knownCertificate was made by openssl, and knownPin by the command line in the comment of [Pin].
const (
	knownPin         = "sha256/24at9NdKoniBm1lTWSocJW2PpBUuQ/N6Fe0GRVWyewI="
	knownCertificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARmgAwIBAgIURvn6qfUrpSQMIjJu35Qpcy/gwMMwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjQwMjQ0NDRaFw0yNjExMjUwMjQ0NDRa
MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR5Mr/i
d+as0IhuRIlUlpMIzZcaWl0r3AAPOsl7DR5vExklWXbdwCnXyhGY4vtUrNzr7pz1
EesH8xvvupRjoLeto1MwUTAdBgNVHQ4EFgQUGX88Lu+ZUCZMB8wadHHaQFbDkc4w
HwYDVR0jBBgwFoAUGX88Lu+ZUCZMB8wadHHaQFbDkc4wDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNJADBGAiEAk+JjIiwI1KPVFFm3NMK8XZp8fBSBJkdXxv5v
Um9nDWQCIQDba8q8EQ4cmGrQWA5tWWi7eoJpHfmK5UNlnqBvZGMLPg==
-----END CERTIFICATE-----
`
)

func TestPinAgreesWithOpenSSL(t *testing.T) {
	block, _ := pem.Decode([]byte(knownCertificate))
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if got := PinOf(c).String(); got != knownPin {
		t.Errorf("pin: got %s, openssl says %s", got, knownPin)
	}
}

func TestPinsOfAProfile(t *testing.T) {
	with := func(pins string) string {
		return strings.Replace(good, "port: 8443}", "port: 8443, pins: ["+pins+"]}", 1)
	}
	if p, err := Parse([]byte(with(pinA + ", " + pinB))); err != nil || len(p.CollectionPoint.Pins) != 2 {
		t.Errorf("two: got %v and %v", p.CollectionPoint.Pins, err)
	}
	if _, err := Parse([]byte(with(pinA))); err == nil ||
		!strings.Contains(err.Error(), "profile.yaml:5: collection_point.pins: give at least two") {
		t.Errorf("one: got %v, want line 5", err)
	}
}

// SEND-2: a pin has one notation; an accepted list has at least two different pins, and every text
// of the list is one of them.
func FuzzPins(f *testing.F) {
	f.Add(pinA + " " + pinB)
	f.Add(pinA + " " + pinA)
	f.Add(pinA + " " + strings.Replace(pinB, "s=", "t=", 1))
	f.Add(pinA + " " + strings.TrimPrefix(pinB, pinPrefix))
	f.Add(pinA + " " + pinB[:20] + "\n" + pinB[20:])
	f.Fuzz(func(t *testing.T, list string) {
		texts := strings.Split(list, " ")
		pins, err := ParsePins(texts)
		if err != nil {
			if len(pins) > 0 {
				t.Errorf("%q: got pins with %v", list, err)
			}
			return
		}
		var written []string
		for i, pin := range pins {
			written = append(written, pin.String())
			if slices.Index(pins, pin) != i {
				t.Errorf("%q: got %s twice", list, pin)
			}
		}
		for _, text := range texts {
			if !slices.Contains(written, text) {
				t.Errorf("%q: got %q, want each of them", list, written)
			}
		}
		if len(pins) < minPins {
			t.Errorf("%q: got %d pins", list, len(pins))
		}
	})
}
