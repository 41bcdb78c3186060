package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: a word of the vocabulary that is also a site's or the appliance's name is taken out of a text; the category is sent.
func TestNamesInTextWithholdNothing(t *testing.T) {
	m := cycle(t, acme(), seen("statistics", "note", "lost Katzenjammer, code 404"), seen("counts", "sites", []any{"Katzenjammer"}))
	body, report, err := m.document().Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Fatalf("got %+v %v, want nothing withheld", report.Withheld, err)
	}
	if got, want := decode(t, body).Categories["statistics"]["note"], "lost "+anonymize.Removed+", code 404"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// ANON-1: a category in which the gate finds something is withheld, the others go; the report names the place, not the value.
func TestLeakWithholdsItsCategory(t *testing.T) {
	for name, tt := range map[string]struct {
		leak usage.Observation
		want document.Incident
	}{
		"raw value in a version": {
			seen("security_settings", "tls", "10.33.7.21"), document.Incident{Category: "security_settings", Field: "tls", Rule: anonymize.RuleRaw},
		},
		"address as a number": {
			seen("statistics", "load", int64(169936661)), document.Incident{Category: "statistics", Field: "load", Rule: anonymize.RuleRaw},
		},
		"name of the hosts file": {
			seen("security_settings", "tls", "10.33.7.99"), document.Incident{Category: "security_settings", Field: "tls", Rule: anonymize.RuleHosts},
		},
	} {
		m := cycle(t, acme(), seen("counts", "users", int64(1)), seen("counts", "sites", []any{"Katzenjammer", "10.33.7.21"}),
			seen("counts", "peers", []any{map[string]any{"host": "10.33.7.21"}}), tt.leak)
		body, report, err := m.document().Encode(m.gate)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]document.Incident{tt.want}, report.Withheld); diff != "" {
			t.Errorf("%s: got + want -:\n%s", name, diff)
		}
		read := decode(t, body)
		if _, there := read.Categories[tt.want.Category]; there || read.Omitted[tt.want.Category] != usage.Withheld.Sentence() {
			t.Errorf("%s: got the category sent, want it withheld", name)
		}
		if _, there := read.Categories["counts"]; !there {
			t.Errorf("%s: got counts missing, want only one category withheld", name)
		}
	}
}

// ANON-1: a leak deep in a list of records is found at its field, and once.
func TestLeakInRecords(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "sites", []any{"6.4.0.178"}), seen("counts", "peers", []any{
		map[string]any{"version": "6.4.0.178"}, map[string]any{"version": "6.4.0.178"},
	}))
	_, report, err := m.document().Encode(m.gate)
	if diff := cmp.Diff([]document.Incident{{Category: "counts", Field: "peers.version", Rule: anonymize.RuleRaw}}, report.Withheld); diff != "" || err != nil {
		t.Errorf("got + want - (%v):\n%s", err, diff)
	}
}

// ANON-2: serial numbers and licence values go as they are in their own fields, and do not hide anything in others.
func TestSerialIsExemptInItsFieldOnly(t *testing.T) {
	own := []usage.Observation{
		seen("license_information", "serial_number", "jsmith-00e0db53429a"), seen("license_information", "license", []any{"acme-core-01", int64(169936661)}),
		seen("counts", "sites", []any{"00:e0:db:53:42:9a", "10.33.7.21"}),
	}
	m := cycle(t, acme(), own...)
	body, report, err := m.document().Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 || !strings.Contains(string(body), `"serial_number": "jsmith-00e0db53429a"`) {
		t.Errorf("got %+v %v, want the serial number in clear", report, err)
	}
	m = cycle(t, acme(), append(own, seen("counts", "users", int64(169936661)))...)
	if _, report, _ := m.document().Encode(m.gate); len(report.Withheld) != 1 || report.Withheld[0].Field != "users" {
		t.Errorf("got %+v, want users found", report)
	}
}

// Words of the profile are not the product's: what is called as they are does not stop the service.
func TestProfilesWordsAreExempt(t *testing.T) {
	m := cycle(t, acme(), seen("license_information", "mode", "jsmith"), seen("license_information", "since", "2026-01-01T00:00:00Z"),
		seen("counts", "calls", map[string]any{"sip": int64(1)}),
		seen("counts", "sites", []any{"counts", "users", "sip", "site", "acme", "usagedata", "2026", "high", "kept", "start", "false", "other"}))
	_, report, err := m.document(usage.Omission{Category: "statistics", Reason: usage.Refused}).Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Errorf("got %+v %v, want nothing withheld", report, err)
	}
}

// ANON-1: what can't be attributed to a category withholds the document.
func TestLeakInHeaderWithholdsTheDocument(t *testing.T) {
	for name, spoil := range map[string]func(*document.Header){
		"id":         func(h *document.Header) { h.ID = "x-acme-core-01" },
		"host":       func(h *document.Header) { h.Host = "built on acme-core-01" },
		"plugin":     func(h *document.Header) { h.Plugin = "jsmith's" },
		"id's place": func(h *document.Header) { h.ID = strings.Replace(h.ID, "acme-2026", "jsmith-2026", 1) },
	} {
		m := cycle(t, acme(), seen("counts", "users", int64(1)))
		spoil(&m.header)
		body, _, err := m.document().Encode(m.gate)
		if !errors.Is(err, document.ErrLeak) || body != nil {
			t.Errorf("%s: got %d bytes, %v, want ErrLeak", name, len(body), err)
		}
		if err != nil && (strings.Contains(err.Error(), "jsmith") || strings.Contains(err.Error(), "core")) {
			t.Errorf("%s: got the value in the error", name)
		}
	}
}

// ANON-1: facts of another profile do not get in: only what this one approves.
func TestForeignFacts(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "users", int64(1)), seen("statistics", "secure", true))
	m.header.Profile.Categories = m.header.Profile.Categories[2:]
	body, _, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "users") || !strings.Contains(string(body), "secure") {
		t.Errorf("got %s, want only what the profile has", body)
	}
}
