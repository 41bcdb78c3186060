package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
)

// CAT-*: a field that could not be read is listed with its reason; a field that the product lacks
// says so in its place. If the value is present, it wins, and a missing category has no missing
// fields.
func TestMissingFields(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "users", int64(12)), seen("license_information", "serial_number",
		"8L200353429AFC"), seen("license_information", "mode", "high"))
	body, report, err := m.document(
		usage.Omission{Category: "counts", Field: "sites", Reason: usage.Inapplicable},
		usage.Omission{Category: "counts", Field: "users", Reason: usage.Refused},
		usage.Omission{Category: "counts", Field: "calls", Reason: usage.TimedOut},
		usage.Omission{Category: "counts", Field: "strange", Reason: usage.Inapplicable},
		usage.Omission{Category: "statistics", Field: "load", Reason: usage.Inapplicable},
		usage.Omission{Category: "statistics", Field: "secure", Reason: usage.NotConfigured},
		usage.Omission{Category: "security_settings", Field: "tls", Reason: usage.NotConfigured},
		usage.Omission{Category: "security_settings", Reason: usage.LoginRefused},
	).Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Fatalf("got %+v, %v, want nothing left out", report, err)
	}
	if err := validate(schema(t), body); err != nil {
		t.Error(err)
	}
	var got struct {
		Categories map[string]any
		Omitted    map[string]string
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	not := map[string]any{"applicable": false}
	wantThere := map[string]any{
		"license_information": map[string]any{"serial_number": "8L200353429AFC", "mode": "high"},
		"counts":              map[string]any{"users": 12.0, "sites": not},
		"statistics":          map[string]any{"load": not},
	}
	wantMissing := map[string]string{
		"counts.calls": usage.TimedOut.Sentence(), "statistics.secure": usage.NotConfigured.Sentence(),
		"security_settings": usage.LoginRefused.Sentence(),
	}
	if diff := cmp.Diff(wantThere, got.Categories); diff != "" {
		t.Errorf("categories (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(wantMissing, got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s", diff)
	}
}

// ANON-1: a category that is withheld or dropped has no missing fields.
func TestAWithheldCategoryHasNoMissingFields(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "users", int64(12)), seen("counts", "sites", []any{"vie"}),
		seen("license_information", "version", "1.2-VIE"))
	body, report, err := m.document(usage.Omission{Category: "license_information", Field: "mode",
		Reason: usage.TimedOut}).Encode(m.gate)
	if err != nil || len(report.Withheld) != 1 {
		t.Fatalf("got %+v, %v, want one value withheld", report, err)
	}
	if strings.Contains(string(body), "license_information.") {
		t.Errorf("got a missing field of a missing category\n%s", body)
	}
}
