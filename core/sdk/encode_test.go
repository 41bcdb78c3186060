package sdk

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func TestEncodeEveryType(t *testing.T) {
	type inner struct {
		Known int64 `usage:"known"`
	}
	one := int64(1)
	table := []struct {
		name string
		give any
		want any // nil: not sent
	}{
		{"flag", false, false},
		{"int", -3, int64(-3)},
		{"uint8", uint8(200), int64(200)},
		{"uint64", uint64(7), int64(7)},
		{"uint64 beyond int64", uint64(math.MaxUint64), nil},
		{"float", 0.5, 0.5},
		{"float32", float32(0.25), 0.25},
		{"zero", 0, int64(0)},
		{"no number", math.NaN(), nil},
		{"infinite", math.Inf(-1), nil},
		{"text", "  a b ", "a b"},
		{"empty text", " ", nil},
		{"text that is not UTF-8", "a\xff", nil},
		{"time", time.Date(2026, 3, 1, 14, 0, 0, 0, time.FixedZone("", 3600)), "2026-03-01T14:00:00+01:00"},
		{"no time", time.Time{}, nil},
		{"duration", 90 * time.Second, 90.0},
		{"pointer", &one, int64(1)},
		{"nil pointer", (*int64)(nil), nil},
		{"record", inner{4}, map[string]any{"known": int64(4)}},
		{"record in which nothing is known", struct {
			A *int64 `usage:"a"`
		}{}, nil},
		{"list", []int{1, 2}, []any{int64(1), int64(2)}},
		{"empty list", []int{}, []any{}},
		{"nil list", []int(nil), nil},
		{"list with an unknown", []string{"a", ""}, []any{"a"}},
		{"counts", map[string]int{"a": 1}, map[string]any{"a": int64(1)}},
		{"counts with an unreadable key", map[string]int{"\xff": 1}, map[string]any{}},
		{"no counts", map[string]int(nil), nil},
		{"a type that no kind has", make(chan int), nil},
	}
	for _, row := range table {
		got := encode(reflect.ValueOf(row.give))
		if diff := cmp.Diff(message(row.want), got, protocmp.Transform()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.name, diff)
		}
	}
	if math.Signbit(encode(reflect.ValueOf(math.Copysign(0, -1))).GetReal()) {
		t.Error("got minus zero, want zero")
	}
}

func TestRecordTakesTaggedFieldsOnly(t *testing.T) {
	type Embedded struct {
		Promoted int `usage:"promoted"`
	}
	type Absent struct {
		Unknown int `usage:"unknown"`
	}
	give := struct {
		Embedded
		*Absent
		Sent    string `usage:"sent"`
		Private string
		hidden  string `usage:"hidden"`
	}{Embedded{1}, nil, "yes", "no", "no"}
	_ = give.hidden
	got := record(reflect.ValueOf(give))
	want := message(map[string]any{"promoted": int64(1), "sent": "yes"}).GetRecord()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// message returns the expected value as the protocol encodes it.
func message(value any) *pluginpb.Value {
	switch value := value.(type) {
	case bool:
		return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: value}}
	case int64:
		return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: value}}
	case float64:
		return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: value}}
	case string:
		return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: value}}
	case []any:
		list := &pluginpb.List{}
		for _, entry := range value {
			list.Values = append(list.Values, message(entry))
		}
		return &pluginpb.Value{Is: &pluginpb.Value_List{List: list}}
	case map[string]any:
		fields := map[string]*pluginpb.Value{}
		for name, part := range value {
			fields[name] = message(part)
		}
		return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: fields}}}
	default:
		return nil
	}
}
