package platformapi

import "encoding/json"

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
