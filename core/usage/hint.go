package usage

import "errors"

// hinted is an error with what a person can do about it.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// WithHint adds a hint to an error: a sentence for the person at the terminal, shown on a line of its own. nil stays
// nil.
func WithHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return hinted{err, hint}
}

// HintOf returns the outermost hint of err, if it has one.
func HintOf(err error) string {
	var h hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
