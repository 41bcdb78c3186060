package document_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// gone as the value of a change removes the member.
const gone = "(gone)"

// change sets a value at a place of a document, such as product.id.
type change struct {
	place string
	value any
}

// everyField returns a document in which each field of the profile is present, one category is
// inapplicable and one is missing.
func everyField(t *testing.T) []byte {
	t.Helper()
	m := cycle(t, acme(),
		seen("license_information", "serial_number", "8L200353429AFC"),
		seen("license_information", "license", []any{"EXAMPLE-1", int64(7)}),
		seen("license_information", "version", "6.4.0"), seen("license_information", "mode", "high"),
		seen("license_information", "since", "2026-01-01T00:00:00Z"),
		seen("counts", "users", int64(12)), seen("counts", "sites", []any{"vie"}),
		seen("counts", "calls", object{"sip": int64(1), "jane": int64(2)}),
		seen("counts", "builds", []any{"1.0", "1.0-VIE"}),
		seen("counts", "link", object{"speed": int64(1), "driver": "1.0"}),
		seen("counts", "peers", []any{object{"host": "core.example.com", "version": "1.1"}}),
		seen("statistics", "load", 0.5),
		seen("statistics", "note", "connection lost"),
	)
	body, _, err := m.document(usage.Omission{Category: "security_settings", Reason: usage.Inapplicable},
		usage.Omission{Category: "statistics", Field: "secure", Reason: usage.Inapplicable}).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// changed returns the document with one change.
func changed(t *testing.T, body []byte, c change) []byte {
	t.Helper()
	var whole map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	at := whole
	names := strings.Split(c.place, "/")
	for _, name := range names[:len(names)-1] {
		at = at[name].(map[string]any)
	}
	last := names[len(names)-1]
	if at[last] = c.value; c.value == gone {
		delete(at, last)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func nested(value any, levels int, wrap func(any) any) any {
	for range levels {
		value = wrap(value)
	}
	return value
}

func inRecord(value any) any { return object{"deep": value} }
func inList(value any) any   { return []any{value} }

// loose lists changes after which no product could have sent the document (S21).
var loose = []change{
	{"format", "usagedata/2"}, {"format", gone}, {"owner", "jane"},
	{"id", strings.Repeat("a", 128)}, {"id", gone}, {"id", "ACME-20260301T1300Z-" + strings.Repeat("0", 26)},
	{"id", "acme-x-20260301T1300Z-" + strings.Repeat("0", 26)},
	{"id", "acme-20260301T1300Z-" + strings.Repeat("0", 27)}, {"id", "acme-20260301T1300Z-" + strings.Repeat("u", 26)},
	{"id", "acme-20260301T1345Z-" + strings.Repeat("0", 26)},
	{"system", gone}, {"system", "acme-core-01"}, {"system", "name-" + strings.Repeat("0", 26)},
	{"system", "system-" + strings.Repeat("O", 26)},
	{"product/id", "ac-me"}, {"product/id", "a"}, {"product/id", "Acme"}, {"product/id", strings.Repeat("a", 33)},
	{"product/name", ""}, {"product/name", strings.Repeat("a", 301)}, {"product/x", 1},
	{"profile", "3"}, {"profile", 0}, {"profile", 1.5},
	{"host", ""}, {"host", strings.Repeat("1", 65)}, {"host", "jane's"}, {"plugin", "jane@acme"}, {"plugin", gone},
	{"plugin", nil},
	{"period/middle", "x"}, {"period/end", gone}, {"period/start", "about 2026"},
	{"period/start", "2026-03-01T13:00:00+05:45"},
	{"period/start", "2026-03-01T12:30:00Z"}, {"period/end", "2026-03-01T12:00:00Z"},
	{"period/end", "2026-03-01T11:00:00Z"}, {"period/end", "2026-03-01T14:00:00Z"},
	{"period/end", "2027-03-01T13:00:00Z"}, {"period/end", "2026-04-01T13:00:00Z"},
	{"period/end", "2026-03-02T13:00:00Z"},
	{"period/end", "2036-03-01T13:00:00Z"},
	{"treated/kept", -1}, {"treated/kept", "1"}, {"treated/kept", 1.5}, {"treated/kept", gone},
	{"treated/withheld", gone},
	{"treated/more", 1},
	{"omitted", gone}, {"omitted/counts.builds", "lost on core-01"},
	{"omitted/counts.builds", usage.Inapplicable.Sentence()}, {"omitted/Counts", usage.NotSent.Sentence()},
	{"omitted/counts.a.b.c.d", usage.NotSent.Sentence()}, {"omitted/counts.peers[1]", usage.NotSent.Sentence()},
	{"categories/jane's", object{"users": 1}}, {"categories/counts", object{}}, {"categories/counts", nil},
	{"categories/counts", 1},
	{"categories/counts/applicable", false}, {"categories/security_settings/applicable", true},
	{"categories/security_settings/tls", "1.2"},
	{"categories/counts/users", nil}, {"categories/counts/users", ""}, {"categories/counts/users", object{}},
	{"categories/counts/Users", 1},
	{"categories/counts/users", object{"applicable": true}},
	{"categories/counts/users", object{"applicable": false, "x": 1}},
	{"categories/counts/link/speed", object{"applicable": false}},
	{"categories/counts/calls/<b>", 1}, {"categories/counts/calls/jane's", 1},
	{"categories/statistics/note", strings.Repeat("a", 200_000)},
	{"categories/counts/deep", nested(1, 50, inRecord)}, {"categories/counts/deep", nested(1, 4, inRecord)},
	{"categories/counts/deep", nested(1, 2, inList)},
	{"categories/counts/deep", nested(1, 50, inList)}, {"categories/counts/deep", slices.Repeat([]any{1}, 257)},
}

// foreign lists changes after which the document is not one of acme, though it may be one of
// another product.
var foreign = []change{
	{"id", "other-20260301T1300Z-" + strings.Repeat("0", 26)}, {"product/id", "other"}, {"product/name", "Other"},
	{"profile", 4},
	{"omitted/counts.jane", usage.NotSent.Sentence()}, {"omitted/jane", usage.NotSent.Sentence()},
	{"categories/other", object{"users": 1}}, {"categories/counts/other", 1},
	{"categories/counts/users", "12"}, {"categories/counts/users", -1}, {"categories/counts/users", 1.5},
	{"categories/counts/users", []any{1}},
	{"categories/counts/calls/sip", -1}, {"categories/counts/calls/sip", "1"}, {"categories/counts/calls/skype", 1},
	{"categories/counts/calls", 3},
	{"categories/counts/link/jane", 1}, {"categories/counts/link", []any{}}, {"categories/counts/link", object{}},
	{"categories/counts/builds", "1.0"},
	{"categories/counts/builds", slices.Repeat([]any{"1.0"}, 9)},
	{"categories/counts/builds", []any{strings.Repeat("1", 65)}}, {"categories/counts/builds", []any{"jane@acme"}},
	{"categories/counts/sites", []any{"vie"}}, {"categories/counts/sites", []any{"user-" + strings.Repeat("0", 26)}},
	{"categories/counts/sites", []any{"site-" + strings.Repeat("0", 25)}},
	{"categories/counts/peers", []any{object{"host": "phone-" + strings.Repeat("0", 26)}}},
	{"categories/counts/peers", []any{object{"jane": 1}}},
	{"categories/license_information/serial_number", "abc"},
	{"categories/license_information/serial_number", "8L<20035>"},
	{"categories/license_information/license", []any{-1}},
	{"categories/license_information/license", []any{"jane@acme"}}, {"categories/license_information/mode", "low"},
	{"categories/license_information/since", "2026-01-01T00:00:00+01:00"},
	{"categories/statistics/load", "0.5"}, {"categories/statistics/secure", 1},
	{"categories/statistics/secure", "true"},
	{"categories/statistics/note", 1},
}

// S21: the schema of all documents refuses anything that the code never writes, and a product's
// schema anything that is not in its profile.
func TestSchemasRefuse(t *testing.T) {
	general, product, body := schema(t), productSchema(t, acme()), everyField(t)
	asPublished(t, body, product)
	for _, c := range loose {
		if validate(general, changed(t, body, c)) == nil {
			t.Errorf("%s %.60s: got it accepted, want it refused", c.place, fmt.Sprint(c.value))
		}
	}
	for _, c := range slices.Concat(loose, foreign) {
		if validate(product, changed(t, body, c)) == nil {
			t.Errorf("acme: %s %.60s: got it accepted, want it refused", c.place, fmt.Sprint(c.value))
		}
	}
}

// S21: both schemas accept the alternatives that the code may write.
func TestSchemasAccept(t *testing.T) {
	general, product, body := schema(t), productSchema(t, acme()), everyField(t)
	token := strings.Repeat("0", 26)
	for _, c := range []change{
		{"plugin", "other"}, {"host", "1.10.0-rc.1"}, {"categories", object{}},
		{"omitted/counts", usage.Withheld.Sentence()},
		{"omitted/counts.peers.version", usage.Withheld.Sentence()},
		{"categories/counts/users", object{"applicable": false}}, {"categories/counts/calls/other", 3},
		{"categories/counts/sites", []any{}}, {"categories/counts/sites", []any{"site-" + token}},
		{"categories/counts/sites", []any{"name-" + token}},
		{"categories/counts/peers", []any{object{"host": "address-" + token}, object{"version": "6.4.0 (Debian 12)"}}},
		{"categories/license_information/mode", "other"}, {"categories/license_information/license", []any{0, "A B"}},
		{"categories/statistics/load", -1e300},
		{"categories/counts/users", int64(1) << 62}, {"omitted/statistics.secure", usage.Unexplained.Sentence()},
	} {
		for name, s := range map[string]*jsonschema.Schema{"general": general, "acme": product} {
			if err := validate(s, changed(t, body, c)); err != nil {
				t.Errorf("%s: %s %v: %v", name, c.place, c.value, err)
			}
		}
	}
}

// S21: a period is one hour of UTC at any end of day, month and year, and nothing else.
func TestSchemaKnowsTheNextHour(t *testing.T) {
	s, body := schema(t), everyField(t)
	for start, end := range map[string]string{
		"2026-03-01T00": "2026-03-01T01", "2026-03-01T09": "2026-03-01T10", "2026-03-01T23": "2026-03-02T00",
		"2026-03-31T23": "2026-04-01T00", "2028-02-28T23": "2028-02-29T00",
		"2026-02-28T23": "2026-03-01T00", "2026-12-31T23": "2027-01-01T00", "2029-12-31T23": "2030-01-01T00",
		"2026-09-30T23": "2026-10-01T00",
	} {
		for _, wrong := range append([]string{end}, "2026-03-01T13", "2026-03-03T00", "2026-05-02T00", "2027-03-02T00",
			"2099-12-31T23", start) {
			period := object{"start": start + ":00:00Z", "end": wrong + ":00:00Z"}
			if err := validate(s, changed(t, body, change{"period", period})); (err == nil) != (wrong == end) {
				t.Errorf("%s to %s: got %v", start, wrong, err)
			}
		}
	}
}

// [document.SchemaOf] describes the fields of a product, in the same bytes each time.
func TestSchemaOf(t *testing.T) {
	p := acme()
	p.Categories[2].Doc, p.Categories[2].Fields[0].Doc = "How it runs.", "Load of <all> processors."
	text, err := document.SchemaOf(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"$id": "https://polycom.com/usagedata/acme-3.schema.json"`,
		`"title": "Usage data of Acme <Bridge> & more and one period"`,
		`"description": "How it runs."`, `"description": "Load of <all> processors. In percent."`,
		`"$ref": "#/$defs/serial"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("got no %s in\n%s", want, text)
		}
	}
	if again, _ := document.SchemaOf(p); !bytes.Equal(text, again) || !bytes.HasSuffix(text, []byte("}\n")) {
		t.Error("got other bytes the second time, or no line break at the end")
	}
	if text, err := document.SchemaOf(profile.Profile{ID: "acme"}); err == nil {
		t.Errorf("got %s, want an error for half a profile", text)
	}
}
