package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// stated is a version at the beginning of a line, or behind a word that says that it is one, with the J of a military
// build: 7.5.0.J, 8.4.2J. A text that a product, or the person that set it up, writes freely has other numbers in it as
// well.
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

// installed is the version in the file of what is installed.
func (m *mcu) installed(context.Context) (string, error) {
	return versioned(m.file("version", m.at.VersionFile))
}

// running is the version of what answers.
func (m *mcu) running(ctx context.Context) (string, error) {
	return versioned(m.told(ctx, func(i identity) string { return i.SoftwareInfo }))
}

// builds are the ways in which a build date is written, by programs and by compilers. Those in which day and month can
// be mistaken for each other are not among them.
var builds = []string{time.RFC3339, time.DateOnly, time.DateTime, "Jan _2 2006", "Jan _2 2006 15:04:05", "Jan _2, 2006",
	"2 Jan 2006", time.ANSIC}

// built is the day of a build date. In which zone it was written is not known of most, so that the time of day says
// nothing.
func built(text string) (sdk.Date, error) {
	for _, layout := range builds {
		if date, err := time.Parse(layout, text); err == nil {
			return sdk.DateOf(date), nil
		}
	}
	return sdk.Date{}, fmt.Errorf("read the build date: %w", sdk.NotAvailable(sdk.Malformed))
}
