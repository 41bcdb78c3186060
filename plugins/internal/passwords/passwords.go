// Package passwords interprets the numbers in a product's password rules.
package passwords

import (
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Rules holds the password rules that the products have, under the names in their views.
type Rules struct {
	MinLength *int64         `column:"password_min_length" usage:"password_min_length"`
	MaxAge    *time.Duration `column:"password_max_age" usage:"password_max_age"`
	History   *int64         `column:"password_history" usage:"password_history"`
}

// Judge removes the rules that do not apply or are malformed, as [Rule] decides, and returns the
// missing fields as an error. err is the error from reading the view.
func (r *Rules) Judge(err error) error {
	var missing sdk.Missing
	missing.Add(err)
	r.MinLength, err = Rule(r.MinLength)
	missing.Add(err, "password_min_length")
	r.MaxAge, err = Rule(r.MaxAge)
	missing.Add(err, "password_max_age")
	r.History, err = Rule(r.History)
	missing.Add(err, "password_history")
	return missing.Err()
}

// maxRule is more than any product requires of a password.
const maxRule = 1 << 20

// Rule returns the number of a rule: a duration, or a count. Products write 0 if the rule is off;
// the error is then [sdk.NotApplicable]. A negative number, or a number that is too large, is
// [sdk.Malformed]. If number is nil, Rule returns nil and no error.
func Rule[N int64 | time.Duration](number *N) (*N, error) {
	switch {
	case number == nil:
		return nil, nil
	case *number == 0:
		return nil, sdk.NotApplicable()
	case *number < 0 || isCount(*number) && *number > maxRule:
		return nil, sdk.NotAvailable(sdk.Malformed)
	}
	return number, nil
}

func isCount[N int64 | time.Duration](number N) bool {
	_, is := any(number).(int64)
	return is
}
