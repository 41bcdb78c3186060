package postgres

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/sdk"
)

// integerOf parses an integer. A numeric value may have zeros after its decimal point. A sentinel
// is not known.
func integerOf(text string) (any, bool) {
	digits, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(digits, 10, 64)
	return &n, err == nil && strings.Trim(fraction, "0") == "" && !sdk.IsSentinel(n)
}

func flagOf(text string) (any, bool) {
	is := text == "true"
	return &is, is || text == "false"
}

// numberOf parses a finite number.
func numberOf(text string) (any, bool) {
	n, err := strconv.ParseFloat(text, 64)
	return &n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) && !sdk.IsSentinel(n)
}

// textOf refuses invalid text: a database without an encoding may contain any bytes.
func textOf(text string) (any, bool) {
	text = strings.TrimSpace(text)
	return text, utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// The formats of a time and a day. Years of more than four digits, and years before 1, do not
// match: a profile may not report them.
const (
	moment = "2006-01-02 15:04:05.999999999-07"
	day    = "2006-01-02"
)

// momentOf parses a time, or a day as its start, in the session's time zone, which is UTC.
func momentOf(text string) (any, bool) {
	layout := moment
	if len(text) == len(day) {
		layout = day
	}
	at, err := time.Parse(layout, text)
	return at.UTC(), err == nil && !sdk.IsUnset(at)
}

// dateOf parses a day as 2006-01-02, the session's date style. Any other text, such as infinity, is
// not known.
func dateOf(text string) (any, bool) {
	date := sdk.ParseDate(text)
	return date, date != sdk.Date{}
}

func durationOf(text string) (any, bool) {
	n, err := strconv.ParseFloat(text, 64)
	d, ok := durationFrom(n)
	return &d, err == nil && ok
}

// durationFrom converts seconds to a duration.
func durationFrom(number float64) (d time.Duration, ok bool) {
	const most = float64(math.MaxInt64 / int64(time.Second))
	if !(number >= 0 && number < most) || sdk.IsSentinel(number) { // the negation also refuses NaN
		return 0, false
	}
	return time.Duration(number * float64(time.Second)), true
}

// textsOf parses a list and leaves out invalid and empty texts. If no text of a list is left, the
// list is not known: an empty list would mean that there are no entries.
func textsOf(text string) (any, bool) {
	var all []*string
	if !utf8.ValidString(text) || json.Unmarshal([]byte(text), &all) != nil {
		return nil, false
	}
	kept := make([]string, 0, len(all))
	for _, one := range all {
		if one == nil {
			continue
		}
		if text, ok := textOf(*one); ok && text != "" && utf8.RuneCountInString(*one) <= maxText {
			kept = append(kept, text.(string))
		}
	}
	return kept, len(kept) > 0 || len(all) == 0
}
