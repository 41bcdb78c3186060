package platformapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
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

// Moment is a point in time that the product writes as an XML dateTime, in UTC. It is zero, which means not known, if
// the text is not a dateTime, is the begin of a calendar, or has no zone: which zone the product means can't be known.
type Moment struct{ time.Time }

// UnmarshalJSON reads the text up to its first space: some releases name the zone behind its offset.
func (m *Moment) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	written, _, _ = strings.Cut(strings.TrimSpace(written), " ")
	m.Time = time.Time{}
	if read, err := time.Parse(time.RFC3339, written); err == nil && !sdk.IsUnset(read) {
		m.Time = read.UTC()
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads the same from.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte(`""`), nil
	}
	return json.Marshal(m.Format(time.RFC3339Nano))
}

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

// Length is for a list of which only the number of entries matters, and of these nothing is known. So an object that is
// no list could be anything, and is not taken for an entry.
type Length int64

// UnmarshalJSON counts the entries of an array, also of one within objects.
func (l *Length) UnmarshalJSON(text []byte) error {
	entries := arrayIn(text, maxWrapped)
	if entries == nil {
		return malformed("a list that is none")
	}
	*l = Length(len(entries))
	return nil
}

// MarshalJSON writes a list of as many entries, in which there is nothing.
func (l Length) MarshalJSON() ([]byte, error) {
	entries := bytes.Repeat([]byte(`0,`), int(max(l, 0)))
	return append(append([]byte(`[`), bytes.TrimSuffix(entries, []byte(`,`))...), ']'), nil
}

// arrayIn returns the array that a value is, or that the objects around it hold alone; nil if there is none. What is
// beside it may only say how long it is, and must be right.
func arrayIn(text []byte, wrapped int) (list []json.RawMessage) {
	if json.Unmarshal(text, &list) == nil {
		return list
	}
	var members map[string]json.RawMessage
	if wrapped == 0 || json.Unmarshal(text, &members) != nil {
		return nil
	}
	arrays, objects := sorted(members)
	if within := append(arrays, objects...); len(within) == 1 {
		list = arrayIn(within[0], wrapped-1)
	}
	for name, value := range members {
		if list == nil || contradicts(name, value, len(list)) {
			return nil
		}
	}
	return list
}

// contradicts reports whether a member beside a list says anything else than how long it is.
func contradicts(name string, value json.RawMessage, length int) bool {
	said := size(-1)
	switch {
	case normal(name) == "plcmpage":
		said = pageSize(value)
	case value[0] == '[', value[0] == '{', string(value) == "null":
		return false
	default:
		_ = json.Unmarshal(value, &said) // it never fails
	}
	return said != size(length)
}
