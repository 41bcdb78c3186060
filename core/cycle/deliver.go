package cycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
)

// deliver uploads the waiting documents, newest period first, so that a backlog never delays fresh
// data. It stops at the first document that cannot be sent now, because the next one would fail for
// the same reason. A rejected document does not hold back the others. A document that is refused
// for a reason that may pass does not hold them back either if another one was just accepted; if
// none was, deliver then tries only documents that have waited long enough for that reason to pass.
//
// The documents go over one connection, as far as the collection point agrees, which ends with the
// delivery: none is open between two cycles.
//
// An appliance that sends nothing itself tries nothing.
func (c *Cycle) deliver(ctx context.Context) (Result, error) {
	if c.ByFile {
		return c.holdForExport()
	}
	defer c.hangUp()
	c.billed = c.onTheWire()
	var result Result
	var refused error // of the documents that are rejected or refused for now
	held := false
	waiting, err := c.Spool.Waiting()
	if err != nil {
		return result, err
	}
	waiting = slices.DeleteFunc(waiting, c.expired)
	defer func() {
		if len(result.Sent) > 0 {
			c.expire()
		}
	}()
	for i, entry := range waiting {
		if c.ofAnotherProduct(entry) {
			c.drop(entry, madeForAnother)
			continue
		}
		if held && !c.overdue(entry) {
			continue
		}
		another := slices.ContainsFunc(waiting[i+1:], func(later spool.Entry) bool {
			return !c.ofAnotherProduct(later) && (!held || c.overdue(later))
		})
		sent, outcome, err := c.attempt(ctx, entry, another)
		if outcome == leftOut {
			continue
		}
		c.Log.Info("upload ended", "id", entry.ID, "outcome", outcome, "wire_bytes", sent.Wire)
		if result.Outcome == "" {
			result.Outcome = outcome
		}
		if outcome == journal.Uploaded {
			result.Sent = append(result.Sent, sent)
		}
		switch {
		case outcome == journal.Rejected:
			refused = errors.Join(refused, err)
		case errors.Is(err, upload.ErrRefusedForNow):
			refused = errors.Join(refused, err)
			held = len(result.Sent) == 0
		case outcome == journal.Deferred:
			result.Deferred = refused == nil
			return result, errors.Join(refused, Deferral{err, len(result.Sent), len(waiting) - i})
		case err != nil:
			return result, errors.Join(refused, err)
		}
	}
	return result, refused
}

// overdue reports whether a document has waited so long that another refusal is final.
func (c *Cycle) overdue(entry spool.Entry) bool {
	return c.Now().Sub(entry.PeriodStart) > upload.RetryPeriod
}

// attempt sends one document, unless the collection point asked to wait.
func (c *Cycle) attempt(ctx context.Context, entry spool.Entry, another bool) (Sent, journal.Outcome, error) {
	if asked := c.requestedWait(); asked != nil {
		return c.notSent(entry, journal.Deferred, asked.Error()), journal.Deferred, asked
	}
	return c.send(ctx, entry, another)
}

// hangUp ends the connection of a delivery, and gives back to the budget the bytes that it has
// booked and not used.
func (c *Cycle) hangUp() {
	c.Sender.HangUp()
	if settled := c.Budget.Settle(c.Now()); settled != nil {
		c.Log.Warn("return unused bytes to the budget", "error", settled)
	}
}

// notSent records that a document is not sent, and why. If the connection was left open for it, that
// ends here, so that this line has the bytes of the end.
func (c *Cycle) notSent(entry spool.Entry, outcome journal.Outcome, reason string) Sent {
	c.Sender.HangUp()
	sent := Sent{entry.ID, c.bill()}
	c.record(journal.Entry{Outcome: outcome, ID: entry.ID, Period: entry.PeriodStart, DocumentBytes: entry.Size,
		WireBytes: sent.Wire, Reason: reason})
	return sent
}

// bill returns the bytes that have crossed the wire since the last bill of this delivery. The first
// document pays for look-up and handshake, the last one for the end of the connection, and each for
// its own request and answer: the lines of the journal add up to all bytes.
func (c *Cycle) bill() int64 {
	before := c.billed
	c.billed = c.onTheWire()
	return c.billed - before
}

// ofAnotherProduct reports whether a document was made for another product that this appliance had
// before, which the decision does not cover.
func (c *Cycle) ofAnotherProduct(entry spool.Entry) bool {
	return !usage.MadeFor(entry.ID, c.Profile.ID)
}

// drop removes a document that must not be sent. A crash between removing and recording loses the
// line. A failure here does not fail an upload.
func (c *Cycle) drop(entry spool.Entry, reason string) {
	if err := c.Spool.Remove(entry.ID); err != nil {
		c.Log.Error("remove a document that is not sent", "error", err)
		return
	}
	c.record(journal.Entry{Outcome: journal.Dropped, ID: entry.ID, Period: entry.PeriodStart, Reason: reason})
}

// leftOut takes the place of the outcome of a document that was made before one of its categories was left
// out. It is removed and never sent: nothing can be taken out of it, because the same id means the same bytes.
const leftOut journal.Outcome = ""

// oldestWanted returns the start of the first period whose document is still wanted, by this
// system's clock.
func (c *Cycle) oldestWanted() time.Time { return c.Now().Add(-c.Profile.Limits.Age) }

// Reasons for which a document is removed.
const (
	madeForAnother = "it was made for another product"
	waitedTooLong  = "it waited too long"
	damagedReason  = "the waiting document was damaged"
)

// expired reports whether a document has waited too long to be sent.
func (c *Cycle) expired(entry spool.Entry) bool {
	return c.Profile.Limits.Age > 0 && !entry.PeriodStart.IsZero() && entry.PeriodStart.Before(c.oldestWanted())
}

// expire removes documents that have waited too long. It is called after the collection point has
// accepted another document, because it has then shown a certificate that is valid by this system's
// clock: a clock that is years ahead for one cycle removes nothing. A failure here does not fail an
// upload.
func (c *Cycle) expire() {
	if c.Profile.Limits.Age <= 0 {
		return
	}
	dropped, err := c.Spool.Expire(c.oldestWanted())
	for _, id := range dropped {
		c.record(journal.Entry{Outcome: journal.Dropped, ID: id, Reason: waitedTooLong})
	}
	if err != nil {
		c.Log.Error("remove expired documents", "error", err)
	}
}

// load reads a document that is to leave the appliance. It returns none if it must not, and records why.
func (c *Cycle) load(ctx context.Context, entry spool.Entry) ([]byte, journal.Outcome, Sent) {
	body, err := c.Spool.Read(entry.ID)
	if err != nil && !errors.Is(err, spool.ErrDamaged) {
		// It keeps waiting, and may be readable next time. It does not hold back the others.
		c.Log.Error("read a waiting document", "error", err)
		return nil, journal.Failed, c.notSent(entry, journal.Failed, "the waiting document could not be read")
	}
	if err != nil {
		// The spool has set it aside: one damaged document does not hold back the others.
		return nil, journal.Dropped, c.notSent(entry, journal.Dropped, damagedReason)
	}
	if document.Holds(body, consent.Of(ctx).LeftOut()) {
		c.drop(entry, document.HoldsLeftOut)
		return nil, leftOut, Sent{}
	}
	return body, "", Sent{}
}

// send uploads one document and records the outcome.
func (c *Cycle) send(ctx context.Context, entry spool.Entry, another bool) (Sent, journal.Outcome, error) {
	body, ended, not := c.load(ctx, entry)
	if body == nil {
		return not, ended, nil
	}
	end, err := c.Spool.Begin(entry.ID)
	if err != nil {
		return c.notSent(entry, journal.Failed, "another upload of a document is under way"), journal.Failed, err
	}
	err = c.Sender.Send(ctx, entry.ID, body, another)
	sent := Sent{ID: entry.ID, Wire: c.bill()}
	line := journal.Entry{ID: entry.ID, Period: entry.PeriodStart, DocumentBytes: int64(len(body)),
		WireBytes: sent.Wire}
	if err == nil {
		defer end()
		return sent, journal.Uploaded, c.accepted(line, body)
	}
	if !end() { // a denial has removed and recorded it
		return sent, journal.Declined, err
	}
	switch {
	case errors.Is(err, upload.ErrRejected), errors.Is(err, upload.ErrRefusedForNow) && c.overdue(entry):
		// It is kept for viewing, and never sent again.
		line.Outcome, line.Reason, line.Hint = journal.Rejected, err.Error(), usage.HintOf(err)
		c.recordWait(err)
		c.record(line)
		return sent, journal.Rejected, errors.Join(err, c.Spool.Reject(entry.ID))
	case errors.Is(err, consent.ErrWithdrawn), errors.Is(context.Cause(ctx), consent.ErrWithdrawn):
		return sent, journal.Declined, err
	case errors.Is(err, gate.ErrClosed), errors.Is(err, budget.ErrSpent):
		line.Outcome, line.Reason = journal.Deferred, err.Error()
	default:
		line.Outcome, line.Reason, line.Hint = journal.Failed, err.Error(), usage.HintOf(err)
		c.recordWait(err)
	}
	c.record(line)
	return sent, line.Outcome, err
}

// accepted settles the upload. If we crash in between, the same id is sent again, which the collection
// point answers as before, and no step is lost.
func (c *Cycle) accepted(line journal.Entry, body []byte) error {
	if err := c.Pause.End(); err != nil {
		c.Log.Error("forget how long the collection point asked to wait", "error", err)
	}
	return c.settle(line, body, false)
}

// settle records a document that the collection point has accepted, unless it is recorded already, then
// shows the document and keeps it (VIEW-1), then removes it from the spool. After a crash in between the
// document still waits and is settled again; the history has each id once. If a denial has removed the
// document meanwhile, the denial has recorded it.
func (c *Cycle) settle(line journal.Entry, body []byte, recorded bool) error {
	return c.Spool.Settle(line.ID, func() error {
		line.Outcome, line.Time = journal.Uploaded, c.Now()
		if !recorded {
			if err := c.Journal.Record(line); err != nil {
				return fmt.Errorf("record %s: %w", line.ID, err)
			}
		}
		if err := c.Analytics.Write(body); err != nil {
			return err
		}
		c.keep(line.ID, body)
		return nil
	})
}

// keep adds an accepted document to the history. If that fails, it costs the history this document,
// and it is logged once.
func (c *Cycle) keep(id string, body []byte) {
	err := c.Sent.Keep(id, body, c.Now())
	if err != nil && !c.unkept {
		c.Log.Error("the history lacks a document", "id", id, "error", err)
	}
	c.unkept = err != nil
}

// giveWay removes documents that were sent if the disk is almost full.
func (c *Cycle) giveWay() {
	if removed, err := c.Sent.GiveWay(c.Now()); removed > 0 || err != nil {
		c.Log.Warn("the disk is almost full: old documents were removed from the history", "removed", removed,
			"error", err)
	}
}

func (c *Cycle) onTheWire() int64 {
	in, out := c.Wire()
	return in + out
}

// deferred records that nothing was done, and why.
func (c *Cycle) deferred(period usage.Period, why error) (Result, error) {
	c.record(journal.Entry{Outcome: journal.Deferred, Period: period.Start, Reason: why.Error()})
	return Result{Outcome: journal.Deferred}, why
}

// overruled ends a cycle whose decision is over. If another yes is in force by now, or the same
// one, which could not be read for a moment, the documents keep waiting and are tried again under
// that decision.
func (c *Cycle) overruled(ctx context.Context, period usage.Period, result Result, failure error) (Result, error) {
	if now, _ := c.Decision.Read(); now.Choice != consent.Allowed {
		return c.decline(period)
	}
	c.carryover.forget()
	if failure == nil { // everything was finished before
		return result, nil
	}
	result.Outcome = journal.Failed
	return result, consent.Of(ctx).Over()
}

// decline forgets the data that was carried over. Only an explicit denial, for any product, also
// removes the waiting documents and the key. A decision that cannot be read, that is dated in the
// future, or that is a yes for another product may be right again in the next hour.
func (c *Cycle) decline(period usage.Period) (Result, error) {
	c.carryover.forget()
	decision, damaged := c.Decision.Read()
	reason, err := consent.NotAllowed, damaged
	switch {
	case damaged != nil:
		c.Log.Error("read decision", "error", damaged)
		reason = "the decision can't be read, which means no; waiting documents stay"
	case decision.Another() != "" && !c.Decision.Denied():
		reason = "sending was neither allowed nor denied for this product; waiting documents stay"
	default:
		err = c.FinishDenial(c.Now())
	}
	c.record(journal.Entry{Outcome: journal.Declined, Period: period.Start, Reason: reason})
	return Result{Outcome: journal.Declined}, err
}

// record writes a line that the cycle can do without: if it fails, the cycle goes on.
func (c *Cycle) record(line journal.Entry) {
	line.Time = c.Now()
	if err := c.Journal.Record(line); err != nil {
		c.Log.Error("record in journal", "outcome", line.Outcome, "error", err)
	}
}
