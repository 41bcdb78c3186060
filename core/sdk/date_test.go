package sdk

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// P2: a day stays the day that the product wrote, in every zone. If the calendar does not have it,
// it is not sent.
func TestDate(t *testing.T) {
	kathmandu := time.FixedZone("", 5*3600+45*60)
	for _, row := range []struct {
		give Date
		want string
	}{
		{ParseDate("2027-03-31"), "2027-03-31"},
		{ParseDate("2028-02-29"), "2028-02-29"},
		{DateOf(time.Date(2026, 11, 2, 0, 30, 0, 0, kathmandu)), "2026-11-02"},
		{DateOf(time.Date(2026, 11, 2, 23, 30, 0, 0, time.FixedZone("", -5*3600))), "2026-11-02"},
		{Date{}, ""}, {DateOf(time.Time{}), ""}, {ParseDate(""), ""}, {ParseDate("2027-02-29"), ""},
		{ParseDate("2027-3-1"), ""},
		{ParseDate("2027-03-31T00:00:00Z"), ""}, {ParseDate("31.03.2027"), ""}, {ParseDate(" 2027-03-31"), ""},
		{ParseDate("infinity"), ""},
		{Date{2027, 2, 30}, ""}, {Date{2027, 13, 1}, ""}, {Date{10000, 1, 1}, ""}, {Date{-1, 1, 1}, ""},
		{Date{2027, 0, 0}, ""},
	} {
		if got := encode(reflect.ValueOf(row.give)).GetText(); got != row.want {
			t.Errorf("%+v: got %q want %q", row.give, got, row.want)
		}
		if row.want == "" && encode(reflect.ValueOf(row.give)) != nil {
			t.Errorf("%+v: got a value, want none", row.give)
		}
	}
}

// CAT-*: a [Date] is decoded from a source's answer as it is. If the text is not a day, only its
// field is lost, not the whole answer.
func TestDateFromJSON(t *testing.T) {
	for text, want := range map[string]string{`"2027-03-31"`: "2027-03-31", `"never"`: "", `"2027-02-31"`: "", `""`: "",
		`null`: ""} {
		var answer struct{ Ends Date }
		err := json.Unmarshal([]byte(`{"Ends": `+text+`}`), &answer)
		if got := answer.Ends.String(); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", text, got, err, want)
		}
	}
}
