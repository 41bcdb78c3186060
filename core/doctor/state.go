package doctor

import (
	"errors"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// key reports whether the key of the pseudonyms is the one that was created.
func (i Installation) key(d consent.Decision) Finding {
	const part = "key"
	_, err := i.Key()
	if errors.Is(err, anonymize.ErrNoKey) {
		if d.Choice != consent.Allowed {
			return skipped(part, "none: it is made when sending usage data is allowed")
		}
		err = usage.WithHint(err, "`usagedata identity renew` makes one")
	}
	return tried(part, "intact", err)
}

// state looks in the journal for files of the state folder that were damaged and have been
// replaced.
func (i Installation) state(now time.Time) []Finding {
	const part = "state"
	lines, err := i.Journal.Last(status.LookBack)
	if err != nil {
		return []Finding{failed(part, err)}
	}
	var found []Finding
	for _, says := range status.LookAtMended(lines, now) {
		found = append(found, Finding{Part: part, State: Warn, Says: says,
			Hint: "if it happens again, check the disk, and look for other programs that write to the state folder"})
	}
	if len(found) == 0 {
		return []Finding{works(part, "no file was damaged in the last 24 hours")}
	}
	return found
}
