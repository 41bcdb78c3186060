package sdk

import "time"

// Date is a day of the calendar, without a time and without a zone: the last day of a license, for example. The zero
// Date is not known, and is not sent.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a day as 2006-01-02. It returns the zero Date for any other text.
func ParseDate(text string) Date {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}
	}
	return DateOf(day)
}

// DateOf returns the day of t in t's own zone. The day is not moved to another zone: the day that a product writes is
// the day that is sent.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	year, month, day := t.Date()
	return Date{year, month, day}
}

// String returns the day as 2006-01-02, and an empty text for a day that the calendar does not have.
func (d Date) String() string {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if d.Year < 1 || d.Year > 9999 || midnight.Month() != d.Month || midnight.Day() != d.Day {
		return ""
	}
	return midnight.Format(time.DateOnly)
}

// UnmarshalText reads a day as [ParseDate] does, so that a Date can be decoded from JSON. Another text is not known,
// and no error: it costs its field and not the answer that it is in.
func (d *Date) UnmarshalText(text []byte) error {
	*d = ParseDate(string(text))
	return nil
}
