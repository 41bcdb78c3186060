package strictjson

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	o, err := Parse([]byte(` {"b": {"x": 1, "x": 2}, "a": [null], "B": "é"} `))
	if err != nil || len(o) != 3 || o[0].Name != "b" || o[1].Name != "a" || o[2].Name != "B" {
		t.Fatalf("got %v, %v want b, a and B in this order", o, err)
	}
	if string(o.Find("a")) != "[null]" || o.Find("x") != nil {
		t.Errorf("got %s and %s want [null] and nothing", o.Find("a"), o.Find("x"))
	}
	for _, text := range []string{"", "null", "[]", "1", `"a"`, "{", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`,
		`{"a":1,"a":1}`, `{"a":1,"\u0061":2}`, `{"a":1}{}`, `{"a":1} x`, "{\"a\":\"\xff\"}", "\ufeff{}", `{a:1}`,
		`{1:1}`,
		`{"a":01}`} {
		if o, err := Parse([]byte(text)); !errors.Is(err, errNotObject) {
			t.Errorf("%q: got %v, %v want ErrNotObject", text, o, err)
		}
	}
}

// [Parse] accepts only objects that encoding/json accepts too, with the same members.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"{}", `{"a":1,"b":{"c":[]}}`, `{"a":1,"a":2}`, `{"":null}`, "{\"\xff\":1}",
		`{"\ud800":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		object, err := Parse(text)
		if err != nil {
			return
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(text, &all); err != nil || len(all) != len(object) {
			t.Fatalf("%q: got %d members; encoding/json got %d, %v", text, len(object), len(all), err)
		}
		for _, m := range object {
			if string(all[m.Name]) != string(m.Value) {
				t.Errorf("%q: %q: got %s want %s", text, m.Name, m.Value, all[m.Name])
			}
		}
	})
}
