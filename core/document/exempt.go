package document

import (
	"encoding/json"
	"regexp"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

var utc = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

// value looks at one value. Serial numbers and licence values go in clear in their own fields and nowhere else (ANON-2).
func (i *inspection) value(f profile.Field, value any, at string) {
	var rule string
	found := false
	switch is := value.(type) {
	case string:
		if !i.exempt(f, is) {
			rule, found = i.gate.Find(is)
		}
	case json.Number:
		if f.Kind != usage.License {
			rule, found = i.gate.FindNumber(is.String())
		}
	case bool:
	default:
		rule, found = RuleShape, true
	}
	if found {
		i.report(at, rule)
	}
}

func (i *inspection) exempt(f profile.Field, text string) bool {
	switch f.Kind {
	case usage.Serial, usage.License:
		return true
	case usage.Enum:
		return text == usage.Other || slices.Contains(f.Values, text)
	case usage.Time:
		return utc.MatchString(text)
	default:
		return false
	}
}
