package checks

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
)

var steadyProfile = profile.Profile{Categories: []profile.Category{{Name: "counts", Fields: []profile.Field{
	{Name: "users", Kind: kind.Count},
	{Name: "load", Kind: kind.Measure, Measured: profile.Now},
	{Name: "peers", List: 4, Fields: []profile.Field{{Name: "name", Kind: kind.Name},
		{Name: "busy", Kind: kind.Count, Measured: profile.Now}}},
}}}}

func peer(name string, busy int64) *pluginpb.Value {
	return named(map[string]*pluginpb.Value{"name": text(name), "busy": digits(busy)})
}

func counts(fields map[string]*pluginpb.Value, missing ...*pluginpb.Missing) frontdoor.Collected {
	return collected(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: &pluginpb.Category{
		Name: "counts", Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: fields}}, Missing: missing,
	}}})
}

// Two collects of one period differ in values, in the order of lists, or in omissions; momentary
// values may differ.
func TestDifferencesOfTwoCollects(t *testing.T) {
	usual := map[string]*pluginpb.Value{"users": digits(3), "load": digits(1),
		"peers": list(peer("a", 1), peer("b", 2))}
	with := func(field string, value *pluginpb.Value) map[string]*pluginpb.Value {
		fields := map[string]*pluginpb.Value{}
		for name, v := range usual {
			fields[name] = proto.CloneOf(v)
		}
		fields[field] = value
		return fields
	}
	why := func(field, reason string) *pluginpb.Missing { return &pluginpb.Missing{Field: field, Reason: reason} }
	for name, tt := range map[string]struct {
		one, other             frontdoor.Collected
		values, order, omitted int
	}{
		"same values":             {counts(usual), counts(usual), 0, 0, 0},
		"another value":           {counts(usual), counts(with("users", digits(4))), 1, 0, 0},
		"another type":            {counts(usual), counts(with("users", text("3"))), 1, 0, 0},
		"momentary value":         {counts(usual), counts(with("load", digits(9))), 0, 0, 0},
		"momentary value missing": {counts(usual), counts(with("load", nil), why("load", "timed_out")), 0, 0, 0},
		"momentary value in a list": {counts(usual), counts(with("peers", list(peer("a", 7), peer("b", 8)))), 0, 0,
			0},
		"another order": {counts(usual), counts(with("peers", list(peer("b", 5), peer("a", 6)))), 0, 1,
			0},
		"another entry": {counts(usual), counts(with("peers", list(peer("a", 1), peer("c", 2)))), 1, 0,
			0},
		"field missing": {counts(usual), counts(with("users", nil)), 0, 0, 1},
		"another reason": {counts(with("users", nil), why("users", "timed_out")),
			counts(with("users", nil), why("users", "")), 0, 0, 1},
		"nothing sent in both": {collected(), collected(), 0, 0, 0},
		"category missing":     {counts(usual), collected(), 0, 0, 1},
	} {
		d := compare(steadyProfile, tt.one, tt.other)
		if len(d.values) != tt.values || len(d.order) != tt.order || len(d.omitted) != tt.omitted {
			t.Errorf("%s: got %+v, want %d values, %d orders, %d omitted", name, d, tt.values, tt.order, tt.omitted)
		}
		if !proto.Equal(usual["peers"], list(peer("a", 1), peer("b", 2))) {
			t.Fatalf("%s: what was compared was changed", name)
		}
	}
}
