package document_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(document.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("usagedata-1.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("usagedata-1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(s *jsonschema.Schema, body []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// kinds is every kind, and one that this version does not know.
var kinds = []kind.Kind{
	kind.Count, kind.Measure, kind.Flag, kind.Enum, kind.Version, kind.Time, kind.Duration, kind.Serial, kind.License, kind.Address,
	kind.MAC, kind.Hostname, kind.User, kind.Email, kind.URI, kind.Phone, kind.Device, kind.System, kind.Site, kind.Name, kind.Text, "surprise",
}

// drawField draws an approved field of any shape.
func drawField(t *rapid.T, name string, depth int) profile.Field {
	f := profile.Field{Name: name, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), List: rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "list")}
	switch shape := rapid.IntRange(0, 5).Draw(t, "shape"); {
	case shape == 0 && depth < 3:
		f.Kind = ""
		for i := range rapid.IntRange(1, 3).Draw(t, "parts") {
			f.Fields = append(f.Fields, drawField(t, fmt.Sprint("part_", i), depth+1))
		}
	case shape == 1:
		f.Kind, f.List, f.By = kind.Count, 0, []string{"sip", "H.323", "other"}
	case f.Kind == kind.Enum:
		f.Values = []string{"high", "low"}
	}
	return f
}

// drawValue draws what a careless plugin may send.
func drawValue(t *rapid.T, depth int) any {
	switch shape := rapid.IntRange(0, 9).Draw(t, "value"); {
	case shape == 0 && depth < 4:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return drawValue(t, depth+1) }), 0, 4).Draw(t, "entries")
	case shape <= 2 && depth < 4:
		record := map[string]any{}
		for _, key := range []string{"part_0", "part_1", "sip", "H.323", "other", "jane"} {
			if rapid.Bool().Draw(t, "there") {
				record[key] = drawValue(t, depth+1)
			}
		}
		return record
	case shape <= 4:
		return rapid.Int64().Draw(t, "number")
	case shape == 5:
		return rapid.Float64().Draw(t, "real")
	case shape == 6:
		return rapid.Bool().Draw(t, "flag")
	case shape == 7:
		return rapid.SampledFrom([]string{"high", "6.4.0", "2026-01-01T00:00:00Z", "10.33.7.21", "jane@acme.de", "connection lost"}).Draw(t, "word")
	default:
		return rapid.String().Draw(t, "text")
	}
}

// CAT-*, ANON-1: whatever a plugin sends, for whatever profile, the document is as its published schema says.
func TestEveryDocumentIsAsPublished(t *testing.T) {
	s := schema(t)
	reasons := []usage.Reason{usage.Unexplained, usage.Inapplicable, usage.Refused, "jane"}
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		p := acme()
		p.Categories = nil
		var observations []usage.Observation
		var omissions []usage.Omission
		for i := range rapid.IntRange(0, 4).Draw(t, "categories") {
			c := profile.Category{Name: fmt.Sprint("category_", i)}
			for j := range rapid.IntRange(1, 4).Draw(t, "fields") {
				f := drawField(t, fmt.Sprint("field_", j), 1)
				c.Fields = append(c.Fields, f)
				observations = append(observations, seen(c.Name, f.Name, drawValue(t, 1)))
			}
			p.Categories = append(p.Categories, c)
			omissions = append(omissions, usage.Omission{Category: c.Name, Reason: rapid.SampledFrom(reasons).Draw(t, "reason")})
		}
		p.Limits.Document = rapid.Int64Range(2000, 100_000).Draw(t, "limit")
		m := cycle(outer, p, observations...)
		body, _, err := m.document(omissions...).Encode(m.gate)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(s, body); err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		if int64(len(body)) >= p.Limits.Document || bytes.ContainsAny(body, "\r\x00") {
			t.Fatalf("got %d bytes, want fewer than %d, without carriage returns", len(body), p.Limits.Document)
		}
	})
}

// The schema is strict: what it does not know is an error.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	m := cycle(t, acme(), seen("counts", "users", int64(1)))
	good, _, err := m.document(usage.Omission{Category: "statistics", Reason: usage.Inapplicable}).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(s, good); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"format": "usagedata/1",`, `"format": "usagedata/1", "owner": "jane",`}, {`usagedata/1`, `usagedata/2`},
		{`"name": "Acme`, `"x": 1, "name": "Acme`}, {`"start": "2026`, `"middle": "x", "start": "2026`}, {`"kept": 1`, `"kept": 1, "more": 1`},
		{`"kept": 1`, `"kept": -1`}, {`"profile": 3`, `"profile": "3"`}, {`"profile": 3`, `"profile": 0`}, {`"start": "2026`, `"start": "about 2026`},
		{`T12:00:00Z`, `T17:45:00+05:45`}, {`T13:00:00Z`, `T13:00:00+00:00`}, {`T12:00:00Z`, `T12:30:00Z`}, {`T13:00:00Z`, `T13:00:00.5Z`},
		{`"users": 1`, `"users": null`}, {`"users": 1`, `"Users": 1`}, {`"users": 1`, `"applicable": false, "users": 1`}, {`"users": 1`, `"users": {}`},
		{`"applicable": false`, `"applicable": true`}, {`"counts": {`, `"jane's counts": {`}, {`"omitted": {`, `"omitted": {"x": 1,`}, {`  "omitted": {`, `  "left": {`},
		{`"users": 1`, `"users": [{"<b>": 1}]`},
	} {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		if bad == string(good) {
			t.Fatalf("%s is not in the document", change[0])
		}
		if validate(s, []byte(bad)) == nil {
			t.Errorf("%s: got it accepted", change[1])
		}
	}
}

// What the repository publishes is the layout that the host writes.
func TestSchemaNamesTheFormat(t *testing.T) {
	if !bytes.Contains(document.Schema, []byte(`"const": "`+document.Format+`"`)) {
		t.Errorf("got a schema without the format %s", document.Format)
	}
}
