package segment

import (
	"errors"
	"regexp"

	"polycom.com/usagedata/core/usage"
)

// The last part of an id has no letters that people mistake for digits.
var idParts = regexp.MustCompile(`^([a-z][a-z0-9]{1,31})-([0-9]{8}T[0-9]{2}00Z)-[0-9a-hjkmnp-tv-z]{26}$`)

var errID = errors.New("this is not the id of a document")

// ParseID returns the product and the hour of a document's id: core/upload/README.md.
func ParseID(id string) (product string, period usage.Period, err error) {
	parts := idParts.FindStringSubmatch(id)
	if parts == nil {
		return "", period, errID
	}
	period, err = usage.ParsePeriod(parts[2])
	if err != nil || period.String() != parts[2] {
		return "", period, errID
	}
	return parts[1], period, nil
}
