package simulate

import (
	"strings"
	"sync"
	"time"
)

// wholeHour is an hour, and how late its end is noticed.
const wholeHour = time.Hour + 2*time.Minute

// periodName is how an id has its period.
const periodName = "20060102T1504Z"

// quiet looks for hours in which nothing went wrong and nobody decided anything. In such an hour the service has no
// excuse: it makes its document and sends it (SEND-1).
type quiet struct {
	w         *world
	mu        sync.Mutex
	disturbed time.Time       // when something last went wrong
	ruined    time.Time       // when a file was last damaged
	slot      time.Duration   // of the service, after the beginning of an hour
	shown     map[string]bool // the hours that the wall clock showed; an hour that it shows again has had its cycle
}

// disturb says that something goes wrong now. Where a file is damaged it excuses the next hour, too: the damage may not
// have been found before, and costs an hour.
func (q *quiet) disturb() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.disturbed = time.Now()
	if time.Since(q.ruined) < 24*time.Hour {
		q.disturbed = q.disturbed.Add(time.Hour)
	}
}

// damaged says that a file is.
func (q *quiet) damaged() {
	q.mu.Lock()
	q.ruined = time.Now()
	q.mu.Unlock()
	q.disturb()
}

func (q *quiet) since() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	return time.Since(q.disturbed)
}

// run looks at each hour of the wall clock when it has ended.
func (q *quiet) run() {
	w, fresh := q.w, false
	before := w.clock.Now()
	for w.end.Err() == nil {
		pause(w.end, time.Minute)
		now := w.clock.Now()
		if now.Hour() != before.Hour() && w.end.Err() == nil {
			if fresh {
				q.ended(before)
			}
			fresh = q.shows(now)
		}
		before = now
	}
}

// shows notes that the wall clock shows an hour, and reports whether it does so for the first time.
func (q *quiet) shows(now time.Time) (fresh bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	hour := now.Format(hourName)
	fresh = !q.shown[hour]
	q.shown[hour] = true
	return fresh
}

// ended judges the hour of a moment, after its end.
func (q *quiet) ended(hour time.Time) {
	w := q.w
	_, offset := hour.Zone()
	_, former := hour.Add(-time.Hour).Zone() // it is shorter, or twice as long, where daylight saving begins or ends
	decision := w.ledger.inForce()
	allowed := decision.allow() && time.Since(decision.since) > wholeHour && time.Since(decision.from) > wholeHour
	if q.since() < wholeHour || offset != former || hour.Year() < 2026 || !allowed || !w.fate.runs() {
		return
	}
	w.counted(func(c *counts) { c.Quiet++ })
	begin := hour.Add(-time.Duration(hour.Minute())*time.Minute - time.Duration(hour.Second())*time.Second)
	start := begin.Add(q.slot).UTC().Truncate(time.Hour).Add(-time.Hour)
	period, next := start.Format(periodName), start.Add(time.Hour).Format(periodName)
	switch d := w.ledger.about(period); {
	case d == nil && w.ledger.about(next) != nil:
		// Made by hand after the slot, or while the clock was ahead: an older one is not made after it.
	case d == nil:
		w.broken(hourly, "no document about %s; the journal ends with\n%s", period, w.ledger.end())
	case d.waiting && !d.stored && !w.patience.lately():
		w.broken(hourly, "%s was not sent; the journal ends with\n%s", d.id, w.ledger.end())
	}
}

// runs reports whether the service does, on a machine and a disk that are well.
func (f *fate) runs() bool {
	f.mu.Lock()
	host := f.host
	f.mu.Unlock()
	f.w.disk.mu.Lock()
	defer f.w.disk.mu.Unlock()
	return host != nil && !host.dead() && f.powered() && !f.w.disk.full
}

// end is that of the journal: what it says of the last hours.
func (l *ledger) end() []byte {
	_, text := l.content(journalFile)
	return text[max(0, len(text)-1500):]
}

// about finds the document about a period, as ids have it.
func (l *ledger) about(period string) *paper {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.order) - 1; i >= 0; i-- {
		if d := *l.order[i]; strings.HasPrefix(d.id, "acme-"+period+"-") {
			return &d
		}
	}
	return nil
}
