package platformapi

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

type listing struct {
	Words []string `json:"plcmStringList"`
	Items []inner  `json:"plcmItemList"`
	Many  *Length  `json:"many"`
}

// CAT-*: a list is read from an array, from an object of the documented type around the array, and
// from its only entry. If an entry is odd, only that entry is missing.
func TestLists(t *testing.T) {
	const deep = `{"a":{"b":{"c":["x"]}}}`
	for body, want := range map[string]string{
		`{"plcmStringList":["a","b"]}`:                                              "[a b] - -",
		`{"plcmStringList":{"plcmStringList":["a","b"]}}`:                           "[a b] - -",
		`{"plcm-string-list": {"plcm-string-list": ["a", "b"]}}`:                    "[a b] - -",
		`{"plcmStringList":{"total":2,"plcmStringList":["a","b"]}}`:                 "[a b] - -",
		`{"PLCMSTRINGLIST":{"PlcmStringList":[]}}`:                                  "[] - -",
		`{"plcmStringList":[]}`:                                                     "[] - -",
		`{"plcmStringList":["a",7,{"x":1},["b"],"c"]}`:                              "[a c] - -",
		`{"plcmStringList":{"a":{"b":["x"]}}}`:                                      "[x] - -",
		`{"plcmStringList":` + deep + `}`:                                           "[x] - -",
		`{"plcmItemList":[{"flag":true},{"flag":"FALSE"}]}`:                         "- [true false] -",
		`{"plcmItemList":{"flag":true}}`:                                            "- [true] -",
		`{"plcmItemList":{"plcmItem":{"flag":true}}}`:                               "- [true] -",
		`{"plcmItemList":{"flag":true,"tags":["a"]}}`:                               "- [true] -",
		`{"plcmItemList":{"plcmItem":[{"flag":true},17,{}]}}`:                       "- [true ? ?] -",
		`{"many":["a",{},null]}`:                                                    "- - 3",
		`{"many":{"many":[1,2]}}`:                                                   "- - 2",
		`{"many":{"plcmPage":{"totalSize":1},"count":"1","list":[{}],"more":null}}`: "- - 1",
		`{"many":{"a":{"b":[]}}}`:                                                   "- - 0",
	} {
		got, err := decoded[listing](body)
		if text := got.String(); err != nil || text != want {
			t.Errorf("%s: got %s, %v want %s", body, text, err, want)
		}
	}
	for _, value := range []string{`null`, `{}`, `{"plcmStringList":null}`, `"a"`, `7`, `true`, `{"a":["x"],"b":["y"]}`, `[7]`,
		`{"a":{},"b":{}}`, `{"x":` + deep + `}`} {
		for _, name := range []string{"plcmStringList", "plcmItemList"} {
			if got, err := decoded[listing](`{"` + name + `":` + value + `}`); err == nil && value[0] != '{' {
				t.Errorf("%s %s: got %s want an error", name, value, got)
			} else if got.Words != nil || got.Items != nil && value == `{}` {
				t.Errorf("%s %s: got %s want a list that is not known", name, value, got)
			}
		}
	}
}

// CAT-*: a list of one entry may be written as the object itself. Lists inside the object are taken
// for the list only by their name, or if there is nothing else.
func TestAListOfOne(t *testing.T) {
	for value, want := range map[string][2]int64{ // counted, and read one by one
		`{"deviceModel":"a"}`: {1, 1}, `{"deviceModel":"a","plcmPortList":[{},{},{}]}`: {1, 1},
		`{"deviceModel":"a","plcmPortList":[{"deviceModel":"b"},{"deviceModel":"c"}]}`: {1, 1},
		`{"deviceModel":"a","port":{"deviceModel":"b"}}`:                               {1, 1},
		`{"id":7,"plcmPortList":[{"deviceModel":"b"},{"deviceModel":"c"}]}`:            {1, unknown},
		`{"id":7,"port":{"ports":[{"deviceModel":"b"},{"deviceModel":"c"}]}}`:          {1, unknown},
		`{"id":2,"plcmPortList":[{},{}]}`:                                              {1, unknown}, `{"id":2,"words":["a","b"]}`: {1, unknown},
		`{"id":2,"plcmDeviceV3List":[{"deviceModel":"b"},{}]}`:          {2, 2},
		`{"id":2,"PlcmDeviceList":[{"deviceModel":"b"},{}]}`:            {2, 2},
		`{"id":2,"plcm-device":[{"deviceModel":"b"},{}]}`:               {2, 2},
		`{"plcmDevice":{"deviceModel":"b","words":["a","b"]}}`:          {1, 1},
		`{"entry":[{"deviceModel":"b"},{}]}`:                            {2, 2},
		`{"plcmPage":{"totalSize":2},"entry":[{"deviceModel":"b"},{}]}`: {2, 2},
	} {
		c := odd(t, answers(`{"plcmDeviceV3List":`+value+`}`))
		counted, err := Count(t.Context(), c, devices)
		if err != nil || counted != want[0] {
			t.Errorf("%s: got %d, %v, want %d", value, counted, err, want[0])
		}
		var read int64
		for _, err := range Items[device](t.Context(), c, devices) {
			if read++; err != nil {
				read = unknown
			}
		}
		if read != want[1] {
			t.Errorf("%s: got %d items, want %d", value, read, want[1])
		}
	}
}

// CAT-*: unknown entries are counted only in an array, and not if the array is a part of the list.
func TestLengths(t *testing.T) {
	for _, value := range []string{`null`, `{}`, `{"plcmMemberList":null}`, `{"count":0}`, `{"count":3}`, `{"name":"a"}`,
		`{"one":{"name":"a"}}`, `{"list":{"count":0}}`, `{"a":[1],"b":[2]}`, `{"a":{"b":[1]},"c":[]}`, `7`, `"a"`, `true`,
		`{"name":"a","tags":["x","y"]}`, `{"one":{"name":"a","tags":["x"]}}`, `{"count":9,"list":[1]}`,
		`{"plcmPage":{"totalSize":9},"list":[1]}`, `{"plcmPage":{},"list":[1]}`, `{"plcmPage":null,"list":[1]}`,
		`{"plcm-page":{"total-size":9},"a":{"list":[1]}}`, `{"a":{"b":{"c":{"d":[1]}}}}`, `{"plcmPage":{"totalSize":1}}`,
	} {
		if got, _ := decoded[listing](`{"many":` + value + `}`); got.Many != nil {
			t.Errorf("%s: got %d, want a length that is not known", value, *got.Many)
		}
	}
}

func (l listing) String() string {
	words, items, many := "-", "-", "-"
	if l.Words != nil {
		words = fmt.Sprint(l.Words)
	}
	if l.Items != nil {
		flags := []string{}
		for _, item := range l.Items {
			if item.Flag == nil {
				flags = append(flags, "?")
				continue
			}
			flags = append(flags, fmt.Sprint(*item.Flag))
		}
		items = fmt.Sprint(flags)
	}
	if l.Many != nil {
		many = fmt.Sprint(*l.Many)
	}
	return words + " " + items + " " + many
}

// P2: a moment is sent as the instant in UTC, or not at all. The name of a zone is not sent.
func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-02T10:00:00+05:45 (Asia/Kathmandu)": "2026-11-02T04:15:00Z",
		"2026-11-02T10:00:00Z":                       "2026-11-02T10:00:00Z",
		"2026-11-02T10:00:00.250+01:00":              "2026-11-02T09:00:00.25Z",
		" 2026-11-02T10:00:00-08:00 ":                "2026-11-02T18:00:00Z",

		"2026-11-02T10:00:00": "", "2026-11-02T10:00:00 (Asia/Kathmandu)": "",
		"2026-11-02T10:00:00+05:45(Asia/Kathmandu)": "", "2026-11-02 10:00:00+05:45": "",
		"2026-11-02": "", "": "", "never": "", "1793610000": "",
		"2026-13-02T10:00:00Z": "", "1970-01-01T00:00:00Z": "", "1970-01-01T01:00:00+01:00": "",
		"0001-01-01T00:00:00+01:00": "",
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
