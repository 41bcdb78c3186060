package postgres

import (
	"time"
	"unicode/utf8"

	"polycom.com/usagedata/core/sdk"
)

// directly: the library leaves a pointer nil for NULL.
func directly(field any) (any, func()) { return field, func() {} }

func textInto(field any) (any, func()) {
	var read *string
	return &read, func() { *field.(*string) = known(read) }
}

// known drops a text that is longer than what the contract has room for: it is not what it should be.
func known(text *string) string {
	if text == nil || utf8.RuneCountInString(*text) > maxText {
		return ""
	}
	return *text
}

func timeInto(field any) (any, func()) {
	var read *time.Time
	return &read, func() {
		if read != nil {
			*field.(*time.Time) = *read
		}
	}
}

// dateInto reads a day as 2006-01-02, which is the session's style of dates. Any other text is not known, nor is
// infinity.
func dateInto(field any) (any, func()) {
	var read *string
	return &read, func() { *field.(*sdk.Date) = sdk.ParseDate(known(read)) }
}

func durationInto(field any) (any, func()) {
	var read *float64
	return &read, func() { *field.(**time.Duration) = seconds(read) }
}

func arrayInto(field any) (any, func()) {
	var read []*string
	return &read, func() {
		if read == nil {
			return
		}
		kept := make([]string, 0, len(read))
		for _, text := range read {
			if text := known(text); text != "" {
				kept = append(kept, text)
			}
		}
		*field.(*[]string) = kept
	}
}
