package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type system struct {
	SerialNumber string `usage:"serial_number"`
}

// system is the serial number: the product's where its file is configured, else the machine's. If
// the configured file can't be read, the machine's number does not replace it, because it is
// another number.
func (m *mcu) system(ctx context.Context, _ sdk.Period) (system, error) {
	if m.at.SerialFile == "" {
		serial, err := sysinfo.SerialNumber(m.env)
		return system{serial}, err
	}
	text, err := m.file(ctx, "serial number", m.at.SerialFile)
	if err != nil {
		return system{}, err
	}
	serial := strings.TrimSpace(text)
	if !sysinfo.IsSerial(serial) {
		return system{}, fmt.Errorf("read the serial number: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return system{serial}, nil
}

type mcuType struct {
	Type string `usage:"type"`
}

// types are the virtual products, as the profile writes them.
var types = []string{"soft_mcu", "soft_mcu_edge", "soft_mcu_mfw", "soft_mcu_cg"}

// mcuType is the word in the product's own file, else the device type that the agent reports.
func (m *mcu) mcuType(ctx context.Context, _ sdk.Period) (mcuType, error) {
	word, _, err := m.first(ctx,
		source{"file", func(ctx context.Context) (string, error) {
			return typed(m.file(ctx, "product type", m.at.ProductType))
		}},
		source{"snmp", func(ctx context.Context) (string, error) {
			return typed(m.told(ctx, func(i identity) string { return i.DeviceType }))
		}})
	return mcuType{word}, err
}

var oneWord = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// typed returns the type that a word names, and other for any other word. More than one word is
// malformed.
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

type mcuVersion struct {
	Version string `usage:"version"`
	Source  string `usage:"source"`
}

// mcuVersion is the installed version: from its file, else from the MCU that runs. The two differ
// from the update to the next start.
func (m *mcu) mcuVersion(ctx context.Context, _ sdk.Period) (v mcuVersion, err error) {
	v.Version, v.Source, err = m.first(ctx, source{"file", m.installed}, source{"snmp", m.running})
	return v, err
}

type softwareVersion struct {
	Version   string   `usage:"version"`
	Source    string   `usage:"source"`
	BuildDate sdk.Date `usage:"build_date"`
}

// softwareVersion is the version that runs: from the agent, else from the file of what is
// installed.
func (m *mcu) softwareVersion(ctx context.Context, _ sdk.Period) (v softwareVersion, err error) {
	v.Version, v.Source, err = m.first(ctx, source{"snmp", m.running}, source{"file", m.installed})
	if err != nil {
		return v, err
	}
	var lacking sdk.Lacking
	v.BuildDate, err = m.buildDate(ctx)
	lacking.Add(err, "build_date")
	return v, lacking.Err()
}

func (m *mcu) installed(ctx context.Context) (string, error) {
	return versioned(m.file(ctx, "version", m.at.VersionFile))
}

func (m *mcu) running(ctx context.Context) (string, error) {
	return versioned(m.told(ctx, func(i identity) string { return i.SoftwareInfo }))
}

// buildDate is that of the software that runs.
func (m *mcu) buildDate(ctx context.Context) (sdk.Date, error) {
	text, err := m.told(ctx, func(i identity) string { return i.BuildDate })
	if err != nil {
		return sdk.Date{}, err
	}
	return built(text)
}

// stated matches a version at the beginning of a line or after the word version or release, with
// the J of a military build: 7.5.0.J, 8.4.2J. Free text, written by the product or by the person
// who set it up, has other numbers in it as well.
var stated = regexp.MustCompile(`(?im)(?:^|\b(?:version|release)\b)["' \t]*[:=]?["' \t]*(?:RMX_)?v?(\d{1,3}(?:\.\d{1,6}){1,5}(?:\.?(?-i:J))?)(?:$|["' \t\r,;()_-])`)

// versioned finds the version in a text.
func versioned(text string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	match := stated.FindStringSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("read the version: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return match[1], nil
}

// builds are the layouts in which programs and compilers write a build date, without those in which
// day and month can be mistaken for each other.
var builds = []string{
	time.RFC3339, time.DateOnly, time.DateTime, "Jan _2 2006", "Jan _2 2006 15:04:05", "Jan _2, 2006", "2 Jan 2006",
	time.ANSIC,
}

// built is the day of a build date. Most are written without their zone, so the time of day is left
// out.
func built(text string) (sdk.Date, error) {
	for _, layout := range builds {
		if date, err := time.Parse(layout, text); err == nil {
			return sdk.DateOf(date), nil
		}
	}
	return sdk.Date{}, fmt.Errorf("read the build date: %w", sdk.NotAvailable(sdk.Malformed))
}
