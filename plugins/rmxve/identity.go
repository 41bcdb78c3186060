package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type system struct {
	SerialNumber string `usage:"serial_number"`
	Source       string `usage:"source"`
}

// system reports the serial number: that of the product if its file is configured, otherwise that
// of the machine, from its firmware or from the agent. If the configured file cannot be read, the
// machine's number does not replace it, because it is another number.
func (m *mcu) system(ctx context.Context, _ sdk.Period) (s system, err error) {
	sources := []source{{name: "machine", read: m.machineSerial}, {name: "snmp", read: m.entitySerial}}
	if m.at.SerialFile != "" {
		sources = []source{{name: "file", read: m.productSerial}}
	}
	s.SerialNumber, s.Source, err = m.first(ctx, sources...)
	return s, err
}

func (m *mcu) productSerial(ctx context.Context) (string, error) {
	return serial(m.file(ctx, "serial number", m.at.SerialFile))
}

func (m *mcu) machineSerial(context.Context) (string, error) { return sysinfo.SerialNumber(m.env) }

// The classes of ENTITY-MIB whose serial number is that of a whole system.
const (
	chassis = 3
	stack   = 11
)

func (m *mcu) entitySerial(ctx context.Context) (string, error) {
	return serial(m.agentText(ctx, "EntitySerial", func(i identity) string {
		if class := i.EntityClass; class == nil || *class != chassis && *class != stack {
			return ""
		}
		return i.EntitySerial
	}))
}

// serial refuses text that is not a serial number, such as a placeholder for a missing number.
func serial(text string, err error) (string, error) {
	if text = strings.TrimSpace(text); err == nil && !sysinfo.IsSerial(text) {
		err = fmt.Errorf("read the serial number: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return text, err
}

type mcuType struct {
	Type   string `usage:"type"`
	Source string `usage:"source"`
}

// types lists the virtual products (inferred), as the profile writes them.
var types = []string{"soft_mcu", "soft_mcu_edge", "soft_mcu_mfw", "soft_mcu_cg"}

// mcuType reports the word in the product's own file, or otherwise the device type that the agent
// reports.
func (m *mcu) mcuType(ctx context.Context, _ sdk.Period) (t mcuType, err error) {
	t.Type, t.Source, err = m.first(ctx,
		source{"file", m.at.ProductType == "", func(ctx context.Context) (string, error) {
			return knownType(m.file(ctx, "product type", cmp.Or(m.at.ProductType, productType)))
		}},
		source{"snmp", false, func(ctx context.Context) (string, error) {
			return knownType(m.agentText(ctx, "DeviceType", func(i identity) string { return i.DeviceType }))
		}})
	return t, err
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// knownType returns the type that a word names, or other for any other word. More than one word is
// malformed.
func knownType(text string, err error) (string, error) {
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
