package page

import (
	"slices"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/window"
)

// shownHours is the number of clock hours in the picture; the last one is the present hour.
const shownHours = 24

// day is the data of the picture: the bytes of each clock hour, and how the attempts ended.
type day struct {
	Now    time.Time
	Hours  []hour // oldest first
	Limit  int64  // an hour has fewer bytes than this
	Window window.Window
	Slot   time.Duration
}

type hour struct {
	Start    time.Time
	Bytes    int64
	Attempts []attempt
}

// attempt is one line of the journal about the outcome of a document.
type attempt struct {
	At      time.Time
	Outcome journal.Outcome
	Reason  string
}

// pictured are the outcomes that the picture shows, each with its own shape.
var pictured = []journal.Outcome{journal.Uploaded, journal.Deferred, journal.Failed, journal.Rejected, journal.Declined}

// mostStacked bounds the shapes that are drawn above each other in an hour; the table has all.
const mostStacked = 3

// outcomes returns how the attempts of an hour ended, in order and each once.
func (h hour) outcomes() (all []journal.Outcome) {
	for _, a := range h.Attempts {
		if !slices.Contains(all, a.Outcome) {
			all = append(all, a.Outcome)
		}
	}
	return all[max(0, len(all)-mostStacked):]
}

func isPictured(o journal.Outcome) bool { return slices.Contains(pictured, o) }

// lastDay sorts the journal's lines into clock hours. The bytes of the present hour are those that
// the gate counts, which include bytes without a line yet.
func lastDay(now time.Time, lines []journal.Entry, st status.Status, w window.Window) day {
	d := day{Now: now, Limit: st.BytesLimit, Window: w, Slot: time.Duration(st.Slot * float64(time.Second))}
	first := window.Hour(now).Add(-(shownHours - 1) * time.Hour)
	for i := range shownHours {
		d.Hours = append(d.Hours, hour{Start: first.Add(time.Duration(i) * time.Hour)})
	}
	for _, e := range lines {
		i := int(e.Time.Sub(first) / time.Hour)
		if e.Time.Before(first) || i >= shownHours {
			continue
		}
		h := &d.Hours[i]
		h.Bytes += max(0, e.WireBytes)
		if isPictured(e.Outcome) {
			h.Attempts = append(h.Attempts, attempt{e.Time.In(now.Location()), e.Outcome, e.Reason})
		}
	}
	current := &d.Hours[shownHours-1]
	current.Bytes = max(current.Bytes, st.Bytes)
	return d
}

// empty reports whether nothing crossed the wire and nothing was attempted.
func (d day) empty() bool {
	return !slices.ContainsFunc(d.Hours, func(h hour) bool { return h.Bytes > 0 || len(h.Attempts) > 0 })
}

// busiest returns the largest number of bytes in an hour.
func (d day) busiest() int64 {
	var most int64
	for _, h := range d.Hours {
		most = max(most, h.Bytes)
	}
	return most
}

// countOutcomes counts each pictured outcome.
func (d day) countOutcomes() []outcomeCount {
	var all []outcomeCount
	for _, o := range pictured {
		n := 0
		for _, h := range d.Hours {
			for _, a := range h.Attempts {
				if a.Outcome == o {
					n++
				}
			}
		}
		all = append(all, outcomeCount{o, n})
	}
	return all
}

type outcomeCount struct {
	Outcome journal.Outcome
	Times   int
}
