// Package passwords says what the numbers of a product's rules for passwords mean.
package passwords

import (
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Rules are the rules that the products have, as their views name them.
type Rules struct {
	MinLength *int64         `column:"password_min_length" usage:"password_min_length"`
	MaxAge    *time.Duration `column:"password_max_age" usage:"password_max_age"`
	History   *int64         `column:"password_history" usage:"password_history"`
}

// Judge drops the rules that do not count, and returns what is lacking with them: err is what the view lacks.
func (r *Rules) Judge(err error) error {
	var lacking sdk.Lacking
	lacking.Add(err)
	r.MinLength, err = Rule(r.MinLength)
	lacking.Add(err, "password_min_length")
	r.MaxAge, err = Rule(r.MaxAge)
	lacking.Add(err, "password_max_age")
	r.History, err = Rule(r.History)
	lacking.Add(err, "password_history")
	return lacking.Err()
}

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
