package platformapi

import (
	"encoding/json"
	"strings"
)

// Word is one of the product's constants, BUSIED_OUT, as a profile writes it: busied_out.
type Word string

// UnmarshalJSON takes the constant in any case.
func (w *Word) UnmarshalJSON(text []byte) error {
	var constant string
	if err := json.Unmarshal(text, &constant); err != nil {
		return err
	}
	*w = Word(strings.ToLower(constant))
	return nil
}

// Key is the word as a key of counts: the host makes other of those that the profile does not list.
func (w Word) Key() string {
	if w == "" {
		return "other"
	}
	return string(w)
}
