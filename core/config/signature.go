package config

import (
	"errors"
	"fmt"
	"strconv"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

// checkSignature refuses a product unless one of the configured keys has signed its present files.
// If keys are configured this cannot be bypassed: a forged profile could let anything leave the
// appliance.
func (s *Settings) checkSignature(file *yamlfile.File) error {
	if len(s.VendorKeys) == 0 {
		return nil
	}
	keys, err := s.vendors(file)
	if err != nil {
		return err
	}
	signer, err := product.VerifySignature(s.Installed.Dir, keys)
	if err != nil {
		return usage.WithHint(file.Errorf("$.vendor_keys", "%w", err),
			"install the product's package again, or add the key of its vendor to vendor_keys")
	}
	s.Signer = fmt.Sprintf("key %s (%s)", signer.Key, signer.Comment)
	return nil
}

// shortened returns the text in quotes, up to the length of a public key: a secret key, given by
// mistake, is not shown in full.
func shortened(text string) string {
	if length := len("RW") + 54; len(text) > length {
		return strconv.Quote(text[:8]) + "…"
	}
	return strconv.Quote(text)
}

func (s *Settings) vendors(file *yamlfile.File) (keys []product.VendorKey, err error) {
	for i, text := range s.VendorKeys {
		key, bad := product.ParseVendorKey(text)
		if bad != nil {
			err = errors.Join(err, file.Errorf(fmt.Sprintf("$.vendor_keys[%d]", i),
				"vendor_keys: %s is not a minisign public key", shortened(text)))
		}
		keys = append(keys, key)
	}
	return keys, err
}
