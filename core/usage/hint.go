package usage

import "errors"

// hinted is an error with a hint for the person at the terminal.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// WithHint adds a hint to an error: a sentence that says what to do about it, shown on a line of
// its own. It returns nil if err is nil.
func WithHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return hinted{err, hint}
}

// HintOf returns the outermost hint of err, or "" if it has no hint.
func HintOf(err error) string {
	var h hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
