package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

type mcuType struct {
	Type string `usage:"type"`
}

// types are the virtual products, as the profile writes them.
var types = []string{"soft_mcu", "soft_mcu_edge", "soft_mcu_mfw", "soft_mcu_cg"}

// mcuType is the word in the product's own file, else the device type that it tells by SNMP.
func (m *mcu) mcuType(ctx context.Context, _ sdk.Period) (mcuType, error) {
	word, _, err := m.first(ctx,
		source{"file", func(context.Context) (string, error) {
			text, err := m.file("product type", m.at.ProductType)
			return typed(text, err)
		}},
		source{"snmp", func(ctx context.Context) (string, error) {
			return typed(m.told(ctx, func(i identity) string { return i.DeviceType }))
		}})
	return mcuType{word}, err
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// typed makes one of the types of a word, and other of any other word. More than a word is none.
func typed(text string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	if !oneWord.MatchString(text) {
		return "", fmt.Errorf("read the product type: %w", sdk.NotAvailable(sdk.Malformed))
	}
	if word := strings.ToLower(text); slices.Contains(types, word) {
		return word, nil
	}
	return "other", nil
}
