package document

import (
	"encoding/json"
	"regexp"
	"slices"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
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
		if f.Kind != kind.License {
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
	case kind.Serial, kind.License:
		return true
	case kind.Enum:
		return text == kind.Other || slices.Contains(f.Values, text)
	case kind.Time:
		return utc.MatchString(text)
	default:
		return false
	}
}
