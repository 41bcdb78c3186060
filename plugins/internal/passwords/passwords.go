// Package passwords says what the numbers of a product's rules for passwords mean.
package passwords

import (
	"time"

	"polycom.com/usagedata/core/sdk"
)

// most is more than any product demands of a password.
const most = 1 << 20

// Rule returns the number of a rule: a length of time, or how many of something. Products write 0 if the rule is off:
// then the error says that it does not apply. A number below zero, or of more than can be, is malformed. Of no number
// nothing is said.
func Rule[N int64 | time.Duration](number *N) (*N, error) {
	switch {
	case number == nil:
		return nil, nil
	case *number == 0:
		return nil, sdk.NotApplicable()
	case *number < 0 || isCount(*number) && *number > most:
		return nil, sdk.NotAvailable(sdk.Malformed)
	}
	return number, nil
}

func isCount[N int64 | time.Duration](number N) bool {
	_, is := any(number).(int64)
	return is
}
