package platformapi

import (
	"bytes"
	"encoding/json"
)

// skipped takes any value and keeps nothing of it.
type skipped struct{}

func (*skipped) UnmarshalJSON([]byte) error { return nil }

// Presence is for a member that only matters by being there: the value itself is nobody's business.
type Presence bool

// UnmarshalJSON looks whether there is anything in the value.
func (p *Presence) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `null`, `""`, `[]`, `{}`:
		*p = false
	default:
		*p = true
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads the same from.
func (p Presence) MarshalJSON() ([]byte, error) {
	if p {
		return []byte(`true`), nil
	}
	return []byte(`""`), nil
}

// Length is for a list of which only the number of entries matters.
type Length int64

// UnmarshalJSON counts.
func (l *Length) UnmarshalJSON(text []byte) error {
	var entries []skipped
	if err := json.Unmarshal(text, &entries); err != nil {
		return err
	}
	*l = Length(len(entries))
	return nil
}

// MarshalJSON writes a list of as many entries, in which there is nothing.
func (l Length) MarshalJSON() ([]byte, error) {
	entries := bytes.Repeat([]byte(`0,`), int(max(l, 0)))
	return append(append([]byte(`[`), bytes.TrimSuffix(entries, []byte(`,`))...), ']'), nil
}
