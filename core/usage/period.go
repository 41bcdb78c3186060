package usage

import (
	"fmt"
	"strings"
	"time"
)

// Period is the UTC hour that a document is about: from Start up to, but not including, End. Both
// are in UTC, so that no document shows the appliance's time zone.
type Period struct {
	Start time.Time
	End   time.Time
}

// stamp is the format of a period in identities: its start to the minute.
const stamp = "20060102T1504Z"

// LastPeriod returns the last UTC hour that ended before now (SEND-1); it is the same in every
// zone.
func LastPeriod(now time.Time) Period {
	return PeriodFrom(now.UTC().Truncate(time.Hour).Add(-time.Hour))
}

// PeriodFrom returns the period that begins at start.
func PeriodFrom(start time.Time) Period {
	start = start.UTC()
	return Period{Start: start, End: start.Add(time.Hour)}
}

// Whole reports whether the period is valid for a document: a full hour of UTC, with both ends in
// UTC.
func (p Period) Whole() bool {
	return !p.Start.IsZero() && p.Start.Location() == time.UTC && p.Start.Equal(p.Start.Truncate(time.Hour)) &&
		p.End.Location() == time.UTC && p.End.Sub(p.Start) == time.Hour
}

// ParsePeriod is the inverse of [Period.String].
func ParsePeriod(text string) (Period, error) {
	start, err := time.Parse(stamp, text)
	return PeriodFrom(start), err
}

// MadeFor reports whether the document with this id was made for a product: an id begins with that
// of the product, which has no hyphen.
func MadeFor(id, product string) bool { return strings.HasPrefix(id, product+"-") }

// Moment formats a time for a reader in zone, as in 2026-03-01 14:17 CET.
func Moment(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// String returns the period's identity: 20260301T1300Z.
func (p Period) String() string { return p.Start.UTC().Format(stamp) }

// Clock formats the period for a reader in zone: its hours there, and those of UTC if they differ,
// as in 14:45–15:45 (09:00–10:00 UTC).
func (p Period) Clock(zone *time.Location) string {
	utc := span(p.Start.UTC(), p.End.UTC()) + " UTC"
	if local := span(p.Start.In(zone), p.End.In(zone)); local+" UTC" != utc {
		return fmt.Sprintf("%s (%s)", local, utc)
	}
	return utc
}

// DayAndClock returns the day on which the period begins in zone, followed by [Period.Clock], as in
// 2026-03-01 14:45–15:45 (09:00–10:00 UTC).
func (p Period) DayAndClock(zone *time.Location) string {
	return p.Start.In(zone).Format(time.DateOnly) + " " + p.Clock(zone)
}

func span(from, to time.Time) string { return from.Format("15:04") + "–" + to.Format("15:04") }
