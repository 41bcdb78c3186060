package platformapi

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

type listing struct {
	Words Listed[string] `json:"plcmStringList"`
}

// CAT-*: a list is read as an array, and as the object around one that its documented type is.
func TestListed(t *testing.T) {
	for body, want := range map[string][]string{
		`{"plcmStringList":["a","b"]}`:                              {"a", "b"},
		`{"plcmStringList":{"plcmStringList":["a","b"]}}`:           {"a", "b"},
		`{"plcm-string-list": {"plcm-string-list": ["a", "b"]}}`:    {"a", "b"},
		`{"plcmStringList":{"total":2,"plcmStringList":["a","b"]}}`: {"a", "b"},
		`{"plcmStringList":{"plcmStringList":[]}}`:                  {},
	} {
		got, err := decoded[listing](body)
		if err != nil || !slices.Equal(got.Words, want) || got.Words == nil {
			t.Errorf("%s: got %q, %v want %q", body, got.Words, err, want)
		}
	}
	for _, body := range []string{`{"plcmStringList":null}`, `{"plcmStringList":{}}`,
		`{"plcmStringList":{"plcmStringList":null}}`} {
		var got listing
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Words != nil {
			t.Errorf("%s: got %q, %v want a list that is not known", body, got.Words, err)
		}
	}
	for _, body := range []string{`{"plcmStringList":"a"}`, `{"plcmStringList":7}`,
		`{"plcmStringList":{"a":["x"],"b":["y"]}}`, `{"plcmStringList":[7]}`} {
		if got, err := decoded[listing](body); err == nil {
			t.Errorf("%s: got %q want an error", body, got.Words)
		}
	}
}

// P2: a moment is the instant in UTC, or nothing; a zone's name does not get in.
func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-02T10:00:00+05:45 (Asia/Kathmandu)": "2026-11-02T04:15:00Z", "2026-11-02T10:00:00Z": "2026-11-02T10:00:00Z",
		"2026-11-02T10:00:00.250+01:00": "2026-11-02T09:00:00.25Z", " 2026-11-02T10:00:00-08:00 ": "2026-11-02T18:00:00Z",
		"2026-11-02T10:00:00": "", "2026-11-02T10:00:00 (Asia/Kathmandu)": "",
		"2026-11-02T10:00:00+05:45(Asia/Kathmandu)": "",
		"2026-11-02 10:00:00+05:45":                 "", "2026-11-02": "", "": "", "never": "", "1793610000": "",
		"2026-13-02T10:00:00Z": "",
	} {
		var got Moment
		body, _ := json.Marshal(text)
		if err := json.Unmarshal(body, &got); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again := written(got.Time); again != want {
			t.Errorf("%q: got %q want %q", text, again, want)
		}
		kept, err := json.Marshal(got)
		var back Moment
		if err != nil || json.Unmarshal(kept, &back) != nil || back != got {
			t.Errorf("%q: got %v of %s, %v want it as it went in", text, back, kept, err)
		}
	}
	var got Moment
	for _, body := range []string{"17", "[17]", "true"} {
		if err := json.Unmarshal([]byte(body), &got); err == nil {
			t.Errorf("%s: got %v want an error", body, got)
		}
	}
}

func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
