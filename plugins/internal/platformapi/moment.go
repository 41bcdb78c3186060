package platformapi

import (
	"encoding/json"
	"strings"
	"time"
)

// Moment is a point in time that the product writes as an XML dateTime, in UTC. It is zero, which means not known, if
// the text is not a dateTime or has no zone: which zone the product means can't be known.
type Moment struct{ time.Time }

// UnmarshalJSON reads the text up to its first space: some releases name the zone behind its offset.
func (m *Moment) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	written, _, _ = strings.Cut(strings.TrimSpace(written), " ")
	m.Time = time.Time{}
	if read, err := time.Parse(time.RFC3339, written); err == nil {
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
