package document_test

import (
	"fmt"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// kinds lists every kind, and one that this version does not know.
var kinds = []kind.Kind{
	kind.Count, kind.Measure, kind.Flag, kind.Enum, kind.Version, kind.Time, kind.Duration, kind.Serial, kind.License,
	kind.Address,
	kind.MAC, kind.Hostname, kind.User, kind.Email, kind.URI, kind.Phone, kind.Device, kind.System, kind.Site,
	kind.Name,
	kind.Text, "surprise",
}

// drawField draws an approved [profile.Field] of any shape.
func drawField(t *rapid.T, name string, depth int) profile.Field {
	f := profile.Field{Name: name, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
		List: rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "list")}
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

// drawValue draws a value that a careless plugin may send.
func drawValue(t *rapid.T, depth int) any {
	switch shape := rapid.IntRange(0, 9).Draw(t, "value"); {
	case shape == 0 && depth < 4:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any {
			return drawValue(t, depth+1)
		}), 0, 4).Draw(t, "entries")
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
		return rapid.SampledFrom([]string{"high", "6.4.0", "2026-01-01T00:00:00Z", "10.33.7.21", "jane@acme.de",
			"connection lost"}).Draw(t, "word")
	default:
		return rapid.String().Draw(t, "text")
	}
}

// drawFitting draws a value in the shape of a field, of its kind or of another.
func drawFitting(t *rapid.T, f profile.Field) any {
	entry := f
	entry.List = 0
	switch {
	case f.List > 0:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any {
			return drawFitting(t, entry)
		}), 0, 3).Draw(t, "entries")
	case len(f.Fields) > 0:
		record := map[string]any{}
		for _, part := range f.Fields {
			if rapid.Bool().Draw(t, "there") {
				record[part.Name] = drawFitting(t, part)
			}
		}
		return record
	case len(f.By) > 0:
		return map[string]any{f.By[0]: drawScalar(t, f), kind.Other: drawScalar(t, f), "jane": drawScalar(t, f)}
	default:
		return drawScalar(t, f)
	}
}

// drawScalar draws a scalar; some are values of that kind in which the leak gate finds something.
func drawScalar(t *rapid.T, f profile.Field) any {
	row := kind.Of(f.Kind)
	values := []any{row.Example, "10.33.7.99", int64(169936739), "SN-jsmith-1042", "jsmith", "6.4.0",
		"2026-01-01T00:00:00Z", true, 0.5, int64(-1), ""}
	for _, planted := range row.Planted {
		values = append(values, planted)
	}
	for _, word := range f.Values {
		values = append(values, word)
	}
	if rapid.Bool().Draw(t, "good") {
		return values[0]
	}
	return rapid.SampledFrom(values).Draw(t, "scalar")
}

// drawDocument makes a document as a cycle does, for an administrator who has accepted some fields
// or all.
func drawDocument(t *rapid.T, machine anonymize.Names, p profile.Profile) []byte {
	reasons := []usage.Reason{usage.Unexplained, usage.Inapplicable, usage.Refused, usage.NotAccepted, "jane"}
	var observations []usage.Observation
	var omissions []usage.Omission
	for _, c := range p.Categories {
		omissions = append(omissions, usage.Omission{Category: c.Name,
			Reason: rapid.SampledFrom(reasons).Draw(t, "reason")})
		for _, f := range c.Fields {
			switch rapid.IntRange(0, 5).Draw(t, "there") {
			case 0:
				omissions = append(omissions, usage.Omission{Category: c.Name, Field: f.Name,
					Reason: rapid.SampledFrom(reasons).Draw(t, "why")})
			case 1:
				observations = append(observations, seen(c.Name, f.Name, drawValue(t, 1)))
			default:
				observations = append(observations, seen(c.Name, f.Name, drawFitting(t, f)))
			}
		}
	}
	accepted := p
	if rapid.Bool().Draw(t, "some") {
		accepted = p.Withholding(func(profile.Place) bool { return rapid.Bool().Draw(t, "accepted") })
	}
	m := cycleOn(machine, accepted, observations...)
	m.header.Profile = p
	body, _, err := m.document(omissions...).Encode(m.gate)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
