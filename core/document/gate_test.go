package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: a word of the vocabulary that is also a site's or the appliance's name is removed from a
// text; the text is sent.
func TestNamesInTextWithholdNothing(t *testing.T) {
	m := cycle(t, acme(), seen("statistics", "note", "lost Katzenjammer, code 404"),
		seen("counts", "sites", []any{"Katzenjammer"}))
	body, report, err := m.document().Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Fatalf("got %+v %v, want nothing withheld", report.Withheld, err)
	}
	if got, want := decode(t, body).Categories["statistics"]["note"],
		"lost "+anonymize.Removed+", code 404"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// one returns a [profile.Profile] with one field, in a list, along with sites and phones.
func one(f profile.Field) profile.Profile {
	p := acme()
	f.Name, f.List = "field", 8
	p.Categories = []profile.Category{{Name: "seen", Fields: []profile.Field{{Name: "sites", Kind: kind.Site, List: 8},
		{Name: "phones", Kind: kind.Phone, List: 8}, f}}}
	return p
}

// passing lists the values of a field that are sent from a machine with these names, after the
// sites were seen.
func passing(t *testing.T, machine anonymize.Names, f profile.Field, sites []any, values ...any) []any {
	t.Helper()
	m := cycleOn(machine, one(f), seen("seen", "field", values), seen("seen", "sites", sites),
		seen("seen", "phones", []any{"+4956198765432"}))
	if m.tally.Suppressed > 0 {
		t.Fatalf("got %d values suppressed, want all of %v to be of the kind %s", m.tally.Suppressed, values, f.Kind)
	}
	body, _, err := m.document().Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := decode(t, body).Categories["seen"]["field"].([]any)
	return list
}

// P5: digits and words have boundaries: a part of a version that only looks like a name withholds
// nothing.
func TestBoundariesWithholdNothing(t *testing.T) {
	machine := names(t, map[string]string{"hosts": "10.0.0.13 debian\n", "hostname": "beta.clinic.example.org\n",
		"passwd": ""})
	version := profile.Field{Kind: kind.Version, Groups: []string{"6-110", "0-4", "0-1", "0-178"}}
	versions := []any{"10.0.0.1347", "10.2.1.50", "110.2.1.5", "6.4.0.178", "6.4.0-beta1", "15.3 (Debian 15.3-1)"}
	passed := passing(t, machine, version, []any{"10.2.1.5", "178", "6.4", "beta"}, versions...)
	if diff := cmp.Diff(versions, passed); diff != "" {
		t.Errorf("versions, want - got +:\n%s", diff)
	}
	if got := passing(t, machine, version, []any{"10.2.1.5"}, "10.2.1.5", "10.0.0.13"); len(got) > 0 {
		t.Errorf("got %v, want the addresses themselves withheld", got)
	}
}

// P10: pseudonymized values, and the appliance's own address, are found if they are written as
// numbers.
func TestIdentifiersAsNumbersAreWithheld(t *testing.T) {
	machine := names(t, map[string]string{"hosts": "10.47.3.19 core\n", "hostname": "core\n", "passwd": ""})
	got := passing(t, machine, profile.Field{Kind: kind.Measure}, nil, int64(4956198765432), 170853139.5,
		int64(-170853139), int64(170853139), 1.70853139e8, int64(170853138), 0.5)
	if diff := cmp.Diff([]any{170853138.0, 0.5}, got); diff != "" {
		t.Errorf("measures, want - got +:\n%s", diff)
	}
}

// ANON-2: no kind is exempt. A known name or address is found in a kept field of any kind,
// including serial numbers and licenses; only words of the profile and times cannot be the
// customer's.
func TestNoKindIsExempt(t *testing.T) {
	leaks := map[kind.Kind][]any{
		kind.Count: {int64(169936661)}, kind.Measure: {int64(169936661), 169936661.25},
		kind.Duration: {int64(169936661)},
		kind.Version:  {"1.0-VIE"}, kind.Serial: {"SN-jsmith-1042", "acme-core-01-1042"},
		kind.License: {"jsmith", "acme-core-01", int64(169936661)},
		kind.Flag:    nil, kind.Enum: nil, kind.Time: nil, kind.Date: nil,
	}
	machine, known := acmeCore(t), []any{"10.33.7.21", "vie"}
	for _, row := range kind.All() {
		values, listed := leaks[row.Kind]
		if row.Treatment != kind.Keep {
			continue
		}
		if !listed {
			t.Errorf("%s: got no values for a kept kind, want some here", row.Kind)
		}
		for _, value := range values {
			if got := passing(t, machine, profile.Field{Kind: row.Kind}, known, row.Example, value); len(got) != 1 {
				t.Errorf("%s: got %v sent, want the example alone, not %v", row.Kind, got, value)
			}
		}
	}
}

// ANON-2: serial numbers and licenses are sent in clear unless they are also names.
func TestSerialNumbersAndLicensesAreInClear(t *testing.T) {
	m := cycle(t, acme(), seen("license_information", "serial_number", "8L200353429AFC"),
		seen("license_information", "license", []any{"EXAMPLE-1", int64(4711)}),
		seen("counts", "sites", []any{"Katzenjammer", "10.33.7.21"}))
	body, _, err := m.document().Encode(m.gate)
	want := map[string]any{"serial_number": "8L200353429AFC", "license": []any{"EXAMPLE-1", 4711.0}}
	if diff := cmp.Diff(want, decode(t, body).Categories["license_information"]); diff != "" || err != nil {
		t.Errorf("%v, want - got +:\n%s", err, diff)
	}
}

// P5: words of the profile do not come from the product: a name that is the same word withholds
// nothing.
func TestProfilesWordsPass(t *testing.T) {
	m := cycle(t, acme(), seen("license_information", "mode", "jsmith"),
		seen("license_information", "since", "2026-01-01T00:00:00Z"),
		seen("counts", "calls", map[string]any{"sip": int64(1)}),
		seen("counts", "sites", []any{"counts", "users", "sip", "site", "acme", "usagedata", "2026", "high", "kept",
			"start", "false", "other"}))
	_, report, err := m.document(usage.Omission{Category: "statistics", Reason: usage.Refused}).Encode(m.gate)
	if err != nil || len(report.Withheld) > 0 {
		t.Errorf("got %+v %v, want nothing withheld", report, err)
	}
}

// ANON-1: a find in the header, other than in the plugin's version, withholds the document; the
// error has no value.
func TestLeakInHeaderWithholdsTheDocument(t *testing.T) {
	for name, spoil := range map[string]func(*document.Header){
		"id":   func(h *document.Header) { h.ID = "x-acme-core-01" },
		"host": func(h *document.Header) { h.Host = "built on acme-core-01" },
		"name in the id's product": func(h *document.Header) {
			h.ID = strings.Replace(h.ID, "acme-2026", "jsmith-2026", 1)
		},
	} {
		m := cycle(t, acme(), seen("counts", "users", int64(1)))
		spoil(&m.header)
		body, _, err := m.document().Encode(m.gate)
		if !errors.Is(err, document.ErrLeak) || body != nil {
			t.Errorf("%s: got %d bytes, %v, want ErrLeak", name, len(body), err)
		}
		if text := fmt.Sprint(err); strings.Contains(text, "jsmith") || strings.Contains(text, "core") {
			t.Errorf("%s: got the value in the error", name)
		}
	}
}

// ANON-1: facts of another profile, and places that this one does not have, are left out.
func TestForeignFacts(t *testing.T) {
	m := cycle(t, acme(), seen("counts", "users", int64(1)), seen("statistics", "secure", true))
	m.header.Profile.Categories = m.header.Profile.Categories[2:]
	body, _, err := m.document(usage.Omission{Category: "statistics", Field: "jane", Reason: usage.Refused},
		usage.Omission{Category: "statistics", Field: "load.jane", Reason: usage.Refused}).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "users") || strings.Contains(string(body), "jane") ||
		!strings.Contains(string(body), "secure") {
		t.Errorf("got %s, want only what the profile has", body)
	}
}
