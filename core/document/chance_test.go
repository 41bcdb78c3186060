package document_test

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// P5: brothers of the case. Clusters, hosts and extensions that are called like a version, a word or a number withhold
// nothing of a version, a serial number or the name of a feature.
func TestNothingIsWithheldForWhatItIsCalled(t *testing.T) {
	p := acme()
	p.Categories = append(p.Categories, profile.Category{Name: "builds", Fields: []profile.Field{
		{Name: "versions", Kind: kind.Version, List: 20}, {Name: "serials", Kind: kind.Serial, List: 20},
		{Name: "features", Kind: kind.License, List: 20},
		{Name: "sizes", Kind: kind.Measure, Unit: "bytes", List: 20},
	}})
	versions := []any{"6.4.0-beta1", "6.4.0", "10.0.0.1347", "5.15.0-91.x86_64", "15.4 (Debian 15.4-1.pgdg120+1)",
		"14.9 (Ubuntu 14.9-0ubuntu0.22.04.1)"}
	serials := []any{"DMA7000-1234", "FOC1234X0YZ", "ABCD1234"}
	features := []any{"VIDEO_PORTS_50", "LYNC_GATEWAY", "API", "U4500-D1EA-0000-1234"}
	m := cycle(t, p, seen("builds", "versions", versions), seen("builds", "serials", serials),
		seen("builds", "features", features), seen("builds", "sizes", []any{int64(167772160), 1234.5678}),
		seen("counts", "sites", []any{"6.4.0-beta1", "6.4.0", "10.0.0.1347", "x86", "debian", "pgdg120", "ubuntu", "1234",
			"video", "lync", "api", "0.1.0", "1.0.0", "12345678"}),
		seen("counts", "peers", []any{map[string]any{"host": "10.0.0.0/8"}}))
	body, report, err := m.document().Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Fatalf("got %+v, %v, want nothing withheld", report.Withheld, err)
	}
	for _, list := range [][]any{versions, serials, features} {
		for _, value := range list {
			if !strings.Contains(string(body), value.(string)) {
				t.Errorf("%v: got it missing", value)
			}
		}
	}
	m = cycle(t, p, seen("builds", "serials", []any{"98765"}), seen("builds", "features", []any{"8812"}),
		seen("counts", "sites", []any{"98765", "8812"}))
	if _, report, err = m.document().Encode(m.gate); err != nil || len(report.Withheld) != 2 {
		t.Errorf("whole values: got %+v, %v, want both withheld", report.Withheld, err)
	}
}

// P5, P9: a known account with digits behind it, or a number to dial, is found in a version; a word of makers with a
// few digits passes.
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
