package simulate

import (
	"strings"
	"sync"
	"time"
)

// wholeHour is an hour and the delay with which its end may be noticed.
const wholeHour = time.Hour + 2*time.Minute

// periodName is the format of the period in an id.
const periodName = "20060102T1504Z"

// quiet looks for hours in which nothing goes wrong and no decision is made. In such an hour the
// service must make its document and send it (SEND-1).
type quiet struct {
	w         *world
	mu        sync.Mutex
	disturbed time.Time       // when something last went wrong
	ruined    time.Time       // when a file was last damaged
	slot      time.Duration   // the service's slot, from the beginning of an hour
	shown     map[string]bool // hours that the wall clock showed; an hour that it shows again has had its cycle
}

// disturb notes that something goes wrong now. If a file was damaged within the last day, the next
// hour is excused, too: the damage may not have been found before, and it costs an hour.
func (q *quiet) disturb() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.disturbed = time.Now()
	if time.Since(q.ruined) < 24*time.Hour {
		q.disturbed = q.disturbed.Add(time.Hour)
	}
}

// damaged notes that a file is damaged now.
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

// run judges each hour of the wall clock when it has ended.
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

// ended judges an hour after its end.
func (q *quiet) ended(hour time.Time) {
	w := q.w
	_, offset := hour.Zone()
	_, former := hour.Add(-time.Hour).Zone() // daylight saving may change the hour's length
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
		// Made by `send` after the slot, or while the clock was ahead: an older one is not made
		// after it.
	case d == nil:
		w.broken(hourly, "no document about %s; the journal ends with\n%s", period, w.ledger.end())
	case d.waiting && !d.stored && !w.patience.lately():
		w.broken(hourly, "%s was not sent; the journal ends with\n%s", d.id, w.ledger.end())
	}
}

// runs reports whether the service runs and neither power nor disk is at fault.
func (f *fate) runs() bool {
	f.mu.Lock()
	host := f.host
	f.mu.Unlock()
	f.w.disk.mu.Lock()
	defer f.w.disk.mu.Unlock()
	return host != nil && !host.dead() && f.powered() && !f.w.disk.full
}

// end returns the end of the journal, with the lines of the last hours.
func (l *ledger) end() []byte {
	_, text := l.content(journalFile)
	return text[max(0, len(text)-1500):]
}

// about returns the document about a period, written as in an id, or nil.
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
