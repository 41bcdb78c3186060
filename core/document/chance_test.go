package document_test

import (
	"testing"
)

// P5, P9: a known account followed by digits, or a phone number, is found in a version; a vendor's
// word with a few digits passes.
func TestKnownNamesInVersions(t *testing.T) {
	for text, known := range map[string]string{"1.0-u123456": "u123456", "6.4.0-b1234567": "b1234567",
		"98765432": "98765432", "1.0-98765432": "98765432", "4711abc": "4711abc"} {
		m := cycle(t, acme(), seen("security_settings", "tls", text), seen("counts", "sites", []any{known}))
		if _, report, err := m.document().Encode(m.gate); err != nil || len(report.Withheld) != 1 {
			t.Errorf("%s: got %+v, %v, want it withheld", text, report.Withheld, err)
		}
	}
	for text, known := range map[string]string{"6.4.0-rc1": "rc1", "6.4.0_build_178": "build-178",
		"5.14.0-70.el9": "el9"} {
		m := cycle(t, acme(), seen("security_settings", "tls", text), seen("counts", "sites", []any{known}))
		if _, report, err := m.document().Encode(m.gate); err != nil || len(report.Withheld) != 0 {
			t.Errorf("%s: got %+v, %v, want it to pass", text, report.Withheld, err)
		}
	}
}
