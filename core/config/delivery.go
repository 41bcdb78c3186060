package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

// The values of the key delivery.
const (
	network = "network"
	byFile  = "file"
)

// ByFile reports whether this appliance sends nothing itself.
func (c Config) ByFile() bool { return c.Delivery == byFile }

// override applies the administrator's overrides to the profile's collection point.
func (s *Settings) override() {
	p, own := &s.Installed.Profile, s.Config.CollectionPoint
	s.shipped = p.CollectionPoint.Host
	if own.Host != "" && !strings.EqualFold(own.Host, p.CollectionPoint.Host) {
		p.CollectionPoint.Host = own.Host
		// The administrator may have chosen one of the customer's own names, which no public name
		// server may learn (ANON-1).
		p.DNSFallback = ""
	}
	if own.Port != 0 {
		p.CollectionPoint.Port = own.Port
	}
	if len(own.Pins) > 0 {
		p.CollectionPoint.Pins = own.Pins
	}
}

// checkDelivery checks the keys that say how the collection point is reached and trusted.
func (s *Settings) checkDelivery(file *yamlfile.File) error {
	var found []error
	note := func(path string, err error) {
		if err != nil {
			found = append(found, file.Errorf(path, "%w", err))
		}
	}
	point := s.Config.CollectionPoint
	if _, err := profile.ParsePins(point.Pins); err != nil {
		note("$.collection_point.pins", fmt.Errorf("collection_point.pins: %w", err))
	}
	if (point.Certificate == "") != (point.Key == "") {
		note("$.collection_point",
			errors.New("collection_point.certificate and collection_point.key must both be given: one of them is "+
				"missing"))
	} else if point.Certificate != "" {
		_, err := s.Certificate()
		note("$.collection_point.certificate", err)
	}
	s.checkProxy(note)
	return errors.Join(found...)
}

const maxPEM = 64 << 10 // bytes

// The keys of the files that [Settings.Certificate] reads, for its errors.
const (
	certificateKey = "collection_point.certificate"
	keyKey         = "collection_point.key"
)

// Certificate reads this appliance's own certificate and its key from their files.
func (s *Settings) Certificate() (*tls.Certificate, error) {
	point := s.Config.CollectionPoint
	if err := checkSecret(point.Key); err != nil {
		return nil, inKey(keyKey, err)
	}
	if err := checkReadable(point.Certificate); err != nil {
		return nil, inKey(certificateKey, err)
	}
	chain, err := readBundle(point.Certificate)
	if err != nil {
		return nil, inKey(certificateKey, err)
	}
	text, err := readFile(point.Key, maxPEM)
	if err != nil {
		return nil, inKey(keyKey, err)
	}
	key := strings.Join(plaintext.Lines(text), "\n") + "\n"
	switch {
	case strings.Contains(key, "ENCRYPTED"):
		return nil, usage.WithHint(inKey(keyKey,
			errors.New("the key is encrypted, and the service cannot ask for a password")),
			"`openssl pkey -in FILE -out FILE` removes the encryption")
	case !strings.Contains(key, "PRIVATE KEY-----"):
		return nil, usage.WithHint(inKey(keyKey, fmt.Errorf("%s does not contain a private key in PEM format",
			point.Key)),
			"`openssl pkey -inform DER -in FILE -out FILE` converts a key from DER to PEM")
	}
	pair, err := tls.X509KeyPair(chain.PEM(), []byte(key))
	if err != nil { // the error's text could repeat content of the files
		return nil, usage.WithHint(errors.New("collection_point.key is not the key of collection_point.certificate"),
			"give the key that the certificate was made for")
	}
	return &pair, nil
}
