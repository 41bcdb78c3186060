package checks

import (
	"math"
	"testing"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
)

func text(s string) *pluginpb.Value     { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }
func digits(n int64) *pluginpb.Value    { return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: n}} }
func decimal(f float64) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: f}} }
func flag(b bool) *pluginpb.Value       { return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: b}} }

func list(values ...*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}

func named(fields map[string]*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: fields}}}
}

// ANON-1, CAT-*: each rule finds its own faults, and leaves those of another rule alone.
func TestEachValueRuleFindsItsOwnFault(t *testing.T) {
	count, duration := profile.Field{Kind: kind.Count}, profile.Field{Kind: kind.Duration}
	percent, celsius := profile.Field{Kind: kind.Measure, Unit: "percent"},
		profile.Field{Kind: kind.Measure, Unit: "degrees Celsius"}
	bytes, time := profile.Field{Kind: kind.Measure, Unit: "bytes"}, profile.Field{Kind: kind.Time}
	enum := profile.Field{Kind: kind.Enum, Values: []string{"alpha"}}
	for _, tt := range []struct {
		rule  string
		wrong func(leaf) string
		of    profile.Field
		value *pluginpb.Value
		want  bool // whether the value is wrong
	}{
		{"type", wrongType, count, digits(1), false},
		{"type", wrongType, count, decimal(1), true},
		{"type", wrongType, count, decimal(math.Inf(1)), false}, // left to values.finite
		{"type", wrongType, count, text("1"), true},
		{"type", wrongType, duration, decimal(1.5), false},
		{"type", wrongType, profile.Field{Kind: kind.License}, flag(true), true},
		{"type", wrongType, profile.Field{Kind: kind.Serial}, digits(1), true},
		{"type", wrongType, profile.Field{Kind: kind.Hostname}, text(""), false},
		{"type", wrongType, enum, flag(true), true},
		{"finite", notFinite, percent, decimal(math.NaN()), true},
		{"finite", notFinite, percent, decimal(0), false},
		{"count", negative, count, digits(-1), true},
		{"count", negative, count, digits(0), false},
		{"count", negative, count, decimal(math.Inf(-1)), false},
		{"measure", outOfUnit, percent, digits(100), false},
		{"measure", outOfUnit, percent, decimal(100.5), true},
		{"measure", outOfUnit, percent, decimal(-0.5), true},
		{"measure", outOfUnit, bytes, digits(-1), true},
		{"measure", outOfUnit, bytes, digits(1 << 60), false},
		{"measure", outOfUnit, celsius, digits(-40), false},
		{"duration", noDuration, duration, digits(-1), true},
		{"duration", noDuration, duration, digits(99 * 366 * 86400), false},
		{"duration", noDuration, duration, digits(1_767_000_000_000), true},
		{"time", noTime, time, text("2026-03-01T13:00:00+01:00"), false},
		{"time", noTime, time, text("2026-03-01T13:00:00.25Z"), false},
		{"time", noTime, time, text("2026-03-01T13:00:00"), true},
		{"time", noTime, time, text("1970-01-01T00:00:00Z"), true},
		{"time", noTime, time, text("2100-01-01T00:00:00Z"), true},
		{"time", noTime, time, digits(1), false}, // left to values.type
		{"enum", otherWord, enum, text("alpha"), false},
		{"enum", otherWord, enum, text("other"), false},
		{"enum", otherWord, enum, text("beta"), true},
		{"characters", badCharacters, time, text("a\nb"), true},
		{"characters", badCharacters, time, text("a\ufffdb"), true},
		{"characters", badCharacters, time, text("Mühle"), false},
		{"host", hostDrops, profile.Field{Kind: kind.Version}, text("6.4.0"), false},
		{"host", hostDrops, profile.Field{Kind: kind.Version}, text("6.4.0.178"), true},
		{"host", hostDrops, profile.Field{Kind: kind.Version, Groups: []string{"6", "4", "0", "100-9999"}},
			text("6.4.0.178"), false},
		{"host", hostDrops, profile.Field{Kind: kind.Version}, text("core.kiefer.example"), true},
		{"host", hostDrops, profile.Field{Kind: kind.Hostname}, text("core-07"), false},
		{"host", hostDrops, profile.Field{Kind: kind.Hostname}, text(""), true},
		{"host", hostDrops, profile.Field{Kind: kind.Text}, text("free text"), false},
		{"host", hostDrops, profile.Field{Kind: kind.License}, decimal(math.NaN()), false}, // left to values.finite
		{"host", hostDrops, profile.Field{Kind: kind.License}, digits(7), false},
	} {
		if got := tt.wrong(leaf{field: tt.of, value: tt.value}); (got != "") != tt.want {
			t.Errorf("values.%s of %s %v: got %q, want it to be wrong: %v", tt.rule, tt.of.Kind, tt.value, got, tt.want)
		}
	}
}
