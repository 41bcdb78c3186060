package main

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"polycom.com/usagedata/core/sdk"
)

type version struct {
	Version string `usage:"version"`
	Source  string `usage:"source"`
}

// mcuVersion reports the installed version: from its file, or otherwise from the running MCU. The
// two differ between an update and the next start.
func (m *mcu) mcuVersion(ctx context.Context, _ sdk.Period) (v version, err error) {
	v.Version, v.Source, err = m.first(ctx, source{name: "file", read: m.installed},
		source{name: "snmp", read: m.running})
	return v, err
}

// softwareVersion reports the running version: from the agent, or otherwise from the file with the
// installed version.
func (m *mcu) softwareVersion(ctx context.Context, _ sdk.Period) (v version, err error) {
	v.Version, v.Source, err = m.first(ctx, source{name: "snmp", read: m.running},
		source{name: "file", read: m.installed})
	return v, err
}

func (m *mcu) installed(ctx context.Context) (string, error) {
	return versioned(m.file(ctx, "version", m.at.VersionFile))
}

func (m *mcu) running(ctx context.Context) (string, error) {
	return versioned(m.agentText(ctx, "SoftwareInfo", func(i identity) string { return i.SoftwareInfo }))
}

// groups matches a version as the product and its family write it: groups of digits, followed by
// the J of a build for military environments, 7.5.0.J or 8.4.2J, or by two letters.
const groups = `(\d{1,2}(?:\.\d{1,6}){1,5}(?-i:\.?J|[A-Z]{2})?)`

// ownName matches the names that the product writes before its version.
const ownName = `\b(?:RMX|MCU|Collaboration Server)(?:[ _,-]*(?:\d{4}|VE|Virtual Edition))*`

var (
	// stated matches a version at the beginning of a line, or after the word version, the word
	// release or the product's name.
	stated = regexp.MustCompile(`(?im)(?:^|\b(?:version|release)\b|` + ownName +
		`)["' \t]*[:=,_-]?["' \t]*(?:RMX_)?v?` + groups + `(?:$|["' \t,;()_-])`)
	number = regexp.MustCompile(`(?i)^v?` + groups + `$`)
	build  = regexp.MustCompile(`^[78]\.\d\.\d\.`) // accepted by the profile although it looks like an address
	day    = regexp.MustCompile(`^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$`)
)

// versioned returns the version in a text. The text is free text of the product, or of the person
// who set it up, and contains other numbers as well, such as addresses and days. Therefore a number
// that is not marked as the version counts only if no other number could be a release of the
// product.
func versioned(text string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	for _, match := range stated.FindAllStringSubmatch(text, -1) {
		if found := match[1]; !day.MatchString(found) && (!isAddress(found) || build.MatchString(found)) {
			return found, nil
		}
	}
	if found := releases(text); len(found) == 1 {
		return found[0], nil
	}
	return "", fmt.Errorf("read the version: %w", sdk.NotAvailable(sdk.Malformed))
}

func isAddress(number string) bool {
	_, err := netip.ParseAddr(number)
	return err == nil
}

// releases returns the different numbers in a text that could be a release of the product, 7.0 to
// 9.9, and are neither an address nor a day.
func releases(text string) (found []string) {
	between := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'=,;()_-", r) }
	for _, word := range strings.FieldsFunc(text, between) {
		match := number.FindStringSubmatch(word)
		if match == nil || match[1][0] < '7' ||
			match[1][1] != '.' || isAddress(match[1]) || day.MatchString(match[1]) || slices.Contains(found, match[1]) {
			continue
		}
		found = append(found, match[1])
	}
	return found
}
