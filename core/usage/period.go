package usage

import "time"

// Period is the local clock hour that a document is about: from Start up to, not including, End.
type Period struct {
	Start time.Time
	End   time.Time
}

// stamp is how a period is written in identities: its start in UTC, to the minute, because there are zones
// whose hours begin at half and quarter hours of UTC.
const stamp = "20060102T1504Z"

// Ended returns the clock hour that ended last before now, by now's own location (SEND-1). Both ends are
// instants, one hour apart even where a daylight-saving shift lies between them.
func Ended(now time.Time) Period {
	into := time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second +
		time.Duration(now.Nanosecond())
	end := now.Round(0).Add(-into)
	return Period{Start: end.Add(-time.Hour), End: end}
}

// String is the period's identity, the same in every zone: 20260301T1300Z.
func (p Period) String() string { return p.Start.UTC().Format(stamp) }
