package wire

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

func text(s string) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }

func record(fields map[string]*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: fields}}}
}

func list(values ...*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}

// [Observations] turns each kind of message into the raw value that the anonymizer expects.
func TestObservationsOfEachKind(t *testing.T) {
	for name, tt := range map[string]struct {
		sent *pluginpb.Value
		want string
	}{
		"flag":   {&pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: true}}, "bool true"},
		"number": {&pluginpb.Value{Is: &pluginpb.Value_Number{Number: -7}}, "int64 -7"},
		"real":   {&pluginpb.Value{Is: &pluginpb.Value_Real{Real: 0.5}}, "float64 0.5"},
		"text":   {text("x"), "string x"},
		"unset":  {&pluginpb.Value{}, "<nil> <nil>"},
		"none":   {nil, "<nil> <nil>"},
	} {
		got := Observations("counts", &pluginpb.Record{Fields: map[string]*pluginpb.Value{name: tt.sent}})
		if len(got) != 1 || got[0].Category != "counts" || got[0].Field.Reveal() != name {
			t.Fatalf("%s: got %d observations", name, len(got))
		}
		if is := fmt.Sprintf("%T %v", got[0].Value.Reveal(), got[0].Value.Reveal()); is != tt.want {
			t.Errorf("%s: got %s want %s", name, is, tt.want)
		}
	}
}

// SEND-5: a value that is too deep or too large is cut off, and its replacement can only be
// suppressed.
func TestBounds(t *testing.T) {
	deep := text("bottom")
	for range 10_000 {
		deep = record(map[string]*pluginpb.Value{"a": deep})
	}
	many := make([]*pluginpb.Value, 10*maxValues)
	for i := range many {
		many[i] = text("x")
	}
	got := Observations("counts", &pluginpb.Record{Fields: map[string]*pluginpb.Value{"deep": deep}})
	if depth, _ := measure(got[0].Value); depth > maxDepth+1 {
		t.Errorf("depth: got %d want at most %d", depth, maxDepth+1)
	}
	got = Observations("counts", &pluginpb.Record{Fields: map[string]*pluginpb.Value{"many": list(many...)}})
	if _, values := measure(got[0].Value); values > maxValues+2 {
		t.Errorf("values: got %d want at most %d", values, maxValues+2)
	}
}

// measure returns the depth of a raw value and the number of values in it.
func measure(v usage.Value) (depth, values int) {
	var below []usage.Value
	switch is := v.Reveal().(type) {
	case usage.List:
		below = is
	case usage.Record:
		for _, part := range is {
			below = append(below, part)
		}
	}
	values = 1
	for _, part := range below {
		d, n := measure(part)
		depth, values = max(depth, d), values+n
	}
	return depth + 1, values
}

// [Observations] turns any bytes that a plugin sends into raw values within the limits, or nothing.
func FuzzObservations(f *testing.F) {
	seed, err := proto.Marshal(&pluginpb.Record{Fields: map[string]*pluginpb.Value{
		"a": list(record(map[string]*pluginpb.Value{"b": text("c")})),
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, sent []byte) {
		var r pluginpb.Record
		if proto.Unmarshal(sent, &r) != nil {
			return
		}
		for _, o := range Observations("counts", &r) {
			if depth, values := measure(o.Value); depth > maxDepth+1 || values > maxValues+2 {
				t.Errorf("depth %d, %d values", depth, values)
			}
		}
	})
}

// SEND-5, ANON-1: a list that is too long is cut at the same place every time, and takes no space
// from the plain values of its record.
func TestLongListDropsNoPlainValue(t *testing.T) {
	long := &pluginpb.List{}
	for range maxValues + 10 {
		long.Values = append(long.Values, &pluginpb.Value{Is: &pluginpb.Value_Number{Number: 1}})
	}
	record := &pluginpb.Record{Fields: map[string]*pluginpb.Value{
		"calls": {Is: &pluginpb.Value_List{List: long}}, "host": {Is: &pluginpb.Value_Text{Text: "core-01"}},
		"users": {Is: &pluginpb.Value_Number{Number: 12}},
	}}
	for range 20 {
		for _, o := range Observations("counts", record) {
			if value := o.Value.Reveal(); o.Field.Reveal() != "calls" && value == (cutOff{}) {
				t.Fatalf("%v was cut off", o.Field.Reveal())
			}
		}
	}
}
