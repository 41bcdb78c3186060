package sdk

import "time"

// Date is a day of the calendar without a time or a time zone, for example the last day of a
// license. The zero Date means that the day is not known; it is not sent.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate parses a day in the format 2006-01-02. It returns the zero [Date] for any other text.
func ParseDate(text string) Date {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}
	}
	return DateOf(day)
}

// DateOf returns the day of t in t's own time zone. It does not convert t to another zone, so the
// day that a product writes is the day that is sent.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	year, month, day := t.Date()
	return Date{year, month, day}
}

// String returns the day in the format 2006-01-02, or an empty string if the calendar has no such
// day.
func (d Date) String() string {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	if d.Year < 1 || d.Year > 9999 || midnight.Month() != d.Month || midnight.Day() != d.Day {
		return ""
	}
	return midnight.Format(time.DateOnly)
}

// UnmarshalText parses a day as [ParseDate] does, so that a Date can be decoded from JSON. Any
// other text gives the zero Date and no error: only this field is lost, not the whole answer.
func (d *Date) UnmarshalText(text []byte) error {
	*d = ParseDate(string(text))
	return nil
}
