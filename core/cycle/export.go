package cycle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// Exported describes an export.
type Exported struct {
	Documents []spool.Entry // the newest period first
	File      []byte
	Unfit     int // documents that no export can hold; they keep waiting
}

// ErrNothingWaits means that no document waits, so there is nothing to export.
var ErrNothingWaits = errors.New("no document waits")

// Export writes the waiting documents to one file, which the caller's functions put to its place: stage
// writes it, and commit makes it appear. It follows the decision, as [Cycle.Run] does: nothing is
// exported unless sending is allowed, and a document that holds a category that was left out since is
// removed instead. Window and budget do not apply, because no byte crosses the network. The documents
// keep waiting, until a receipt comes or they are too old.
//
// The export is recorded between stage and commit. If we crash before that, there is no file; after
// that, the journal has a line too many, but no file that it does not have.
func (c *Cycle) Export(ctx context.Context, stage func([]byte) error, commit func() error) (e Exported, err error) {
	unlock, err := c.CycleLock.Acquire()
	if err != nil {
		return e, err
	}
	defer unlock()
	decision, err := c.Decision.Read()
	if decision.Choice != consent.Allowed {
		return e, errors.Join(errNotAllowed, err)
	}
	ctx, release := c.Decision.Hold(ctx, decision)
	defer release()
	if e, err = c.export(ctx); err != nil {
		return e, err
	}
	if err := stage(e.File); err != nil {
		return e, err
	}
	if ctx.Err() != nil { // withdrawn, or interrupted
		return e, context.Cause(ctx)
	}
	if err := c.Journal.Record(c.exportedLine(e)); err != nil {
		return e, fmt.Errorf("record the export: %w", err)
	}
	if ctx.Err() != nil { // the disk took its time
		return e, context.Cause(ctx)
	}
	return e, commit()
}

// errNotAllowed is the error of an export without consent.
var errNotAllowed = fmt.Errorf("export: %w", errors.New(consent.NotAllowed))

// NotAllowed reports whether an export failed because sending is not allowed, or not any more.
func NotAllowed(err error) bool {
	return errors.Is(err, errNotAllowed) || errors.Is(err, consent.ErrWithdrawn)
}

func (c *Cycle) export(ctx context.Context) (e Exported, err error) {
	waiting, err := c.Spool.Waiting()
	if err != nil {
		return e, err
	}
	var file bytes.Buffer
	w, err := handover.NewWriter(&file, c.Profile.ID)
	if err != nil {
		return e, err
	}
	for _, entry := range waiting {
		if ctx.Err() != nil {
			return e, context.Cause(ctx)
		}
		if c.expired(entry) || c.ofAnotherProduct(entry) {
			continue
		}
		body, outcome, _ := c.load(ctx, entry)
		if outcome != "" || body == nil {
			continue
		}
		err := w.Add(handover.Document{ID: entry.ID, Body: body})
		switch {
		case errors.Is(err, handover.ErrUnfit):
			e.Unfit++
		case err != nil:
			return e, err
		default:
			e.Documents = append(e.Documents, entry)
		}
	}
	if len(e.Documents) == 0 {
		return e, ErrNothingWaits
	}
	err = w.End()
	e.File = file.Bytes()
	return e, err
}

// hour is the format of an hour in the line of an export.
const hour = "2006-01-02 15:04"

func (c *Cycle) exportedLine(e Exported) journal.Entry {
	newest, oldest := e.Documents[0].PeriodStart.UTC(), e.Documents[len(e.Documents)-1].PeriodStart.UTC()
	line := journal.Entry{Time: c.Now(), Outcome: journal.Exported, Documents: len(e.Documents), Period: newest,
		Reason: fmt.Sprintf("documents of %s to %s UTC were written to a file: %d", oldest.Format(hour),
			newest.Add(time.Hour).Format(hour), len(e.Documents))}
	for _, d := range e.Documents {
		line.DocumentBytes += d.Size
	}
	return line
}

// Settled is what a receipt has changed, in numbers of documents.
type Settled struct {
	Accepted, Rejected int
	Before             int // recorded as accepted before, by another receipt or an upload
	NotWaiting         int // otherwise unknown here
	OtherContent       int // other bytes wait under the id
	NotUnderstood      int
}

// TakeReceipt records the documents of a receipt that wait here with the same content: as accepted, in
// the order and by the code of an upload, or as rejected. Other entries are counted. If we crash, the
// receipt can be given again: what is recorded is not recorded again.
func (c *Cycle) TakeReceipt(r handover.Receipt) (s Settled, err error) {
	unlock, err := c.CycleLock.Acquire()
	if err != nil {
		return s, err
	}
	defer unlock()
	s.NotUnderstood = r.NotUnderstood
	recorded, err := c.recorded()
	if err != nil {
		return s, err
	}
	waiting, err := c.Spool.Waiting()
	if err != nil {
		return s, err
	}
	handled := map[string]handover.Handled{}
	for _, d := range r.Documents {
		handled[d.ID] = d
	}
	// The oldest first, so that the newest is the one that analytics.json shows.
	for i := range waiting {
		entry := waiting[len(waiting)-1-i]
		if d, found := handled[entry.ID]; found {
			delete(handled, entry.ID)
			if err := c.settleOne(d, entry, recorded[entry.ID], &s); err != nil {
				return s, err
			}
		}
	}
	for id, d := range handled {
		kept, err := c.Sent.Read(id)
		if err == nil && handover.Digest(kept) == d.SHA256 || recorded[id] == journal.Uploaded {
			s.Before++
		} else {
			s.NotWaiting++
		}
	}
	return s, nil
}

// recorded returns how documents ended, by the journal.
func (c *Cycle) recorded() (map[string]journal.Outcome, error) {
	lines, err := c.Journal.Last(mostLines)
	ended := map[string]journal.Outcome{}
	for _, line := range lines {
		if line.Outcome == journal.Uploaded || line.Outcome == journal.Rejected {
			ended[line.ID] = line.Outcome
		}
	}
	return ended, err
}

// mostLines is more than a journal and its predecessor hold.
const mostLines = 100_000

// settleOne settles one document that waits; before is how it ended according to the journal.
func (c *Cycle) settleOne(d handover.Handled, entry spool.Entry, before journal.Outcome, s *Settled) error {
	body, err := c.Spool.Read(entry.ID)
	switch {
	case errors.Is(err, spool.ErrDamaged): // it is set aside, as in a cycle
		c.notSent(entry, journal.Dropped, damagedReason)
		s.NotWaiting++
		return nil
	case err != nil:
		return err
	case handover.Digest(body) != d.SHA256:
		s.OtherContent++
		return nil
	}
	line := journal.Entry{ID: entry.ID, Period: entry.PeriodStart, DocumentBytes: int64(len(body))}
	if d.Result == handover.Accepted {
		line.Reason = status.ByReceipt
		s.Accepted++
		return c.settle(line, body, before == journal.Uploaded)
	}
	s.Rejected++
	if before != journal.Rejected {
		line.Time, line.Outcome, line.Reason = c.Now(), journal.Rejected, status.ByReceipt+": "+says(d)
		if err := c.Journal.Record(line); err != nil {
			return fmt.Errorf("record %s: %w", line.ID, err)
		}
	}
	return c.Spool.Reject(entry.ID)
}

var sayings = map[handover.Reason]string{
	handover.NoReason:   "the collection point rejected it",
	handover.TooOld:     "it came too late: its hour is too long ago",
	handover.TooEarly:   "its hour is in the future for the collection point",
	handover.TooLarge:   "it is too long for the collection point",
	handover.BadContent: "the collection point does not understand its content",
	handover.NotWanted:  "the collection point does not want this product's documents",
	handover.OtherBody:  "the collection point has another document with its id",
	handover.Otherwise:  "the collection point rejected it",
}

func says(d handover.Handled) string {
	if d.Result == handover.Conflict {
		return sayings[handover.OtherBody]
	}
	return sayings[d.Reason]
}

// hoursHeld is how many hours wait at least on an appliance that sends nothing itself.
const hoursHeld = int(profile.FileAge / time.Hour)

// holdForExport removes documents that waited too long, and counts the others. The newest documents
// stay, even if the clock says that they are too old: a clock that is years ahead for one cycle removes
// nothing.
func (c *Cycle) holdForExport() (result Result, err error) {
	waiting, err := c.Spool.Waiting()
	if err != nil {
		return result, err
	}
	for i, entry := range waiting {
		switch {
		case c.ofAnotherProduct(entry):
			c.drop(entry, madeForAnother)
		case i >= hoursHeld && c.expired(entry):
			c.drop(entry, waitedTooLong)
		default:
			result.Held++
		}
	}
	return result, nil
}

// HeldPeriods says which hours documents are about: a line for each run of hours without a gap.
func HeldPeriods(entries []spool.Entry, zone *time.Location) (lines []string) {
	for first := 0; first < len(entries); {
		last := first
		for last+1 < len(entries) && entries[last].PeriodStart.Sub(entries[last+1].PeriodStart) == time.Hour {
			last++
		}
		from, to := usage.PeriodFrom(entries[last].PeriodStart), usage.PeriodFrom(entries[first].PeriodStart)
		if first == last {
			lines = append(lines, from.DayAndClock(zone))
		} else {
			lines = append(lines, fmt.Sprintf("%s to %s: %d hours", from.DayAndClock(zone), to.DayAndClock(zone),
				last-first+1))
		}
		first = last + 1
	}
	return lines
}
