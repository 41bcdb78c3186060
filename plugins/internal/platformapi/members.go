package platformapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// Word is a constant of the product, such as BUSIED_OUT, in the form of a profile: busied_out.
type Word string

// UnmarshalJSON accepts the constant in upper or lower case.
func (w *Word) UnmarshalJSON(text []byte) error {
	var constant string
	if err := json.Unmarshal(text, &constant); err != nil {
		return err
	}
	*w = Word(strings.ToLower(constant))
	return nil
}

// Key returns the word as a key of counts, or other if it is empty. The host replaces words that
// the profile does not list by other.
func (w Word) Key() string {
	if w == "" {
		return "other"
	}
	return string(w)
}

// Moment is a time that the product writes as an XML dateTime. It is in UTC. It is zero, which
// means unknown, if the text is not a dateTime, is the beginning of a calendar, or has no time
// zone: the zone that the product means cannot be known.
type Moment struct{ time.Time }

// UnmarshalJSON parses the text up to its first space, because some releases add the name of the
// zone after its offset.
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

// MarshalJSON writes a text that [Moment.UnmarshalJSON] decodes to the same time.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte(`""`), nil
	}
	return json.Marshal(m.Format(time.RFC3339Nano))
}

// Presence reports whether a member has a value. It discards the value itself, which is private.
type Presence bool

// UnmarshalJSON checks whether the value is empty.
func (p *Presence) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `null`, `""`, `[]`, `{}`:
		*p = false
	default:
		*p = true
	}
	return nil
}

// MarshalJSON writes a text that [Presence.UnmarshalJSON] decodes to the same value.
func (p Presence) MarshalJSON() ([]byte, error) {
	if p {
		return []byte(`true`), nil
	}
	return []byte(`""`), nil
}

// Length is the number of entries of a list whose entries are not read. An object without a list
// does not count as an entry, because it could be anything.
type Length int64

// UnmarshalJSON counts the entries of an array, which may be within objects.
func (l *Length) UnmarshalJSON(text []byte) error {
	entries := arrayIn(text, maxWrapped)
	if entries == nil {
		return malformed("a list is not an array")
	}
	*l = Length(len(entries))
	return nil
}

// MarshalJSON writes a list with the same number of empty entries.
func (l Length) MarshalJSON() ([]byte, error) {
	entries := bytes.Repeat([]byte(`0,`), int(max(l, 0)))
	return append(append([]byte(`[`), bytes.TrimSuffix(entries, []byte(`,`))...), ']'), nil
}

// arrayIn returns the array that a value is, or that is the only array in the objects around it. It
// returns nil if there is no such array. Other members may only report its length, and must be
// correct.
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

// contradicts reports whether another member reports a different length of the list.
func contradicts(name string, value json.RawMessage, length int) bool {
	total := size(-1)
	switch {
	case normal(name) == "plcmpage":
		total = pageSize(value)
	case value[0] == '[', value[0] == '{', string(value) == "null":
		return false
	default:
		_ = json.Unmarshal(value, &total) // it never fails
	}
	return total != size(length)
}
