package platformapi

import (
	"encoding/json"
	"strings"
	"time"
)

// Moment is a point in time as the product writes it, an XML dateTime, in UTC. It is zero, not known, where the text is none, or
// says no zone: which one the product means can't be known.
type Moment struct{ time.Time }

// UnmarshalJSON takes what stands before the first space: some releases name the zone behind its offset.
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
