// Package cycle is one hourly run, top to bottom: read the decision, collect, anonymize, document,
// spool, upload, record.
//
// Data passes from each step to the next, and no step calls an earlier one. If collecting fails,
// the waiting documents are sent all the same. The comment of each step says what a crash there
// does. Every decision that a step makes early is enforced again by the gate at the socket.
package cycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// Collector reads the product: a [pluginhost.Host]. The arguments are the categories that are left
// out, and what the last Collect returned for this one.
type Collector interface {
	Collect(ctx context.Context, period usage.Period, leftOut []string, former pluginhost.Former) (pluginhost.Collected,
		error)
}

// Sender uploads documents: an [upload.Sender]. A nil error means accepted; see package upload for
// the errors. If another document follows, the connection may stay open for it until HangUp.
type Sender interface {
	Send(ctx context.Context, id string, body []byte, another bool) error
	HangUp()
}

// Cycle is everything that a run needs; see [Cycle.Run]. cmd/host assembles it.
type Cycle struct {
	statelayout.Stores // the files that last from one run to the next

	Profile   profile.Profile
	Version   string // of the host, for the document
	Collector Collector
	Names     func() (anonymize.Names, error) // the appliance's own names, for the leak gate
	Sender    Sender
	Wire      func() (in, out int64) // bytes of IP since the start, for the journal
	Window    window.Window
	Log       hclog.Logger
	Now       func() time.Time
	// ByFile means that this appliance sends nothing itself: documents wait for [Cycle.Export].
	ByFile bool

	carryover carryover
	unkept    bool  // the last document could not be kept, which is logged once
	billed    int64 // bytes on the wire that the lines of this delivery have; see [Cycle.bill]
}

// Consent returns the decision under which the work of ctx is done. A [gate.Gate] uses it.
func Consent(ctx context.Context) gate.Decision { return consent.Of(ctx) }

// Run does one cycle now, about the period that ended last. The [Result] is meaningful even if
// there is an error.
func (c *Cycle) Run(ctx context.Context) (Result, error) {
	return c.run(ctx, usage.LastPeriod(c.Now()))
}

func (c *Cycle) run(ctx context.Context, period usage.Period) (Result, error) {
	result, err := c.runLocked(ctx, period)
	result.Period = period
	return result, err
}

func (c *Cycle) runLocked(ctx context.Context, period usage.Period) (Result, error) {
	unlock, err := c.CycleLock.Acquire()
	if err != nil {
		return Result{Outcome: journal.Failed}, err
	}
	defer unlock()
	if err := c.Mend(c.Now(), c.newest(period)); err != nil {
		c.Log.Error("repair the state folder", "error", err)
	}
	c.giveWay()
	decision, _ := c.Decision.Read() // a decision that can't be read is Denied, and declined with its reason
	c.Log.Info("decision read", "period", period, "choice", decision.Choice)
	if decision.Choice != consent.Allowed {
		return c.decline(period)
	}
	// In the blackout not even the product is asked: calls begin on the hour (SEND-3, SEND-5).
	if now := c.Now(); !c.Window.Open(now) {
		return c.deferred(period, closedReason(now))
	}
	// From here on everything is done under this decision. Any other decision ends it, even another
	// yes.
	ctx, release := c.Decision.Hold(ctx, decision)
	defer release()
	made, failure := c.produce(ctx, period, decision)
	result, err := c.deliver(ctx)
	if consent.Of(ctx).Check() != nil {
		return c.overruled(ctx, period, result, errors.Join(failure, err))
	}
	result.Made, result.Failures = made, failures(failure)
	result.Deferred = result.Deferred && failure == nil
	if failure != nil && result.Outcome == "" {
		result.Outcome, result.Refused = journal.Failed, errors.Is(failure, quarantine.ErrRefused)
	}
	return result, errors.Join(failure, err)
}

// produce makes the period's document and puts it into the spool. A period that has a document gets
// no second one (SEND-1).
func (c *Cycle) produce(ctx context.Context, period usage.Period, decision consent.Decision) (*Made, error) {
	if c.produced(period) {
		return nil, nil
	}
	made, err := c.compose(ctx, period, decision.Accepted(c.Profile))
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		c.notMade(ctx, journal.Entry{Period: period.Start, Reason: err.Error(), Hint: usage.HintOf(err)})
		return nil, err
	}
	// From here on a crash loses nothing, because the document waits. It is not spooled if the
	// decision under which it was made has ended.
	dropped, err := c.Spool.Put(made.ID, period.Start, made.Body, consent.Of(ctx).Check)
	if err != nil {
		c.notMade(ctx, journal.Entry{ID: made.ID, Period: period.Start, Reason: "the document could not be stored"})
		return nil, err
	}
	c.record(made.entry())
	c.Log.Info("spooled", "id", made.ID, "dropped", len(dropped))
	c.recordWithheld(made)
	c.keepCounters(ctx, made)
	for _, id := range dropped {
		c.record(journal.Entry{Outcome: journal.Dropped, ID: id, Reason: "the spool is full"})
	}
	return made, nil
}

// notMade records why there is no document, unless the decision was changed, which is on record.
func (c *Cycle) notMade(ctx context.Context, line journal.Entry) {
	if consent.Of(ctx).Check() == nil {
		line.Outcome = journal.Failed
		c.record(line)
	}
}

// produced reports whether the period has a document, or whether a period that ended later has one,
// as `send` makes one after the slot.
func (c *Cycle) produced(period usage.Period) bool {
	return c.Spool.Produced(c.newest(period).Start) || c.Spool.Produced(period.Start)
}

// newest returns the later one of this period and the period that ended last.
func (c *Cycle) newest(period usage.Period) usage.Period {
	if last := usage.LastPeriod(c.Now()); period.Start.Before(last.Start) {
		return last
	}
	return period
}

// raw holds everything from which a document is made. None of it may leave the appliance untreated.
type raw struct {
	period    usage.Period
	accepted  profile.Profile // the profile, with the fields withheld that the administrator has not accepted
	key       anonymize.Key
	names     anonymize.Names
	collected pluginhost.Collected
}

// compose collects and makes the period's document.
func (c *Cycle) compose(ctx context.Context, period usage.Period, accepted profile.Profile) (*Made, error) {
	key, err := c.Key.Load()
	if err != nil {
		return nil, err
	}
	names, err := c.ownNames()
	if err != nil {
		return nil, err
	}
	collected, failure := c.collect(ctx, period, accepted.LeftOut(), key)
	made, err := c.makeDocument(raw{period, accepted, key, names, collected}, failure)
	if made != nil {
		made.identity, made.counters = countersIdentity(key), collected.Counters
	}
	return made, err
}

// Preview makes the document about the period that ended last, with the accepted part of the
// profile, and keeps nothing of it. It needs no consent: without the appliance's key it uses an
// ephemeral one, so that only the pseudonyms differ.
func (c *Cycle) Preview(ctx context.Context, accepted profile.Profile) (*Made, error) {
	key, err := c.Key.Load()
	if errors.Is(err, anonymize.ErrNoKey) {
		key, err = anonymize.EphemeralKey(), nil
	}
	if err != nil {
		return nil, err
	}
	names, err := c.ownNames()
	if err != nil {
		return nil, err
	}
	period := usage.LastPeriod(c.Now())
	collected, failure := c.collectUncounted(ctx, period, accepted.LeftOut())
	return c.makeDocument(raw{period, accepted, key, names, collected}, failure)
}

func (c *Cycle) ownNames() (anonymize.Names, error) {
	names, err := c.Names()
	if err != nil {
		// A leak gate that does not know the appliance's names would find nothing.
		return names, fmt.Errorf("read the appliance's own names: %w", err)
	}
	return names, nil
}

// makeDocument is the path of the data: raw values go in, bytes that may leave the appliance come
// out. If collecting failed, the document holds the values that had arrived before.
func (c *Cycle) makeDocument(r raw, failure error) (*Made, error) {
	c.Log.Info("collected", "period", r.period, "observations", len(r.collected.Observations), "omissions",
		len(r.collected.Omissions))
	if failure != nil {
		c.Log.Error("collect", "error", failure)
		if len(r.collected.Observations) == 0 {
			return nil, failure
		}
	}
	treated := anonymize.Treat(r.key, r.accepted, r.names, r.collected.Observations)
	id := fmt.Sprintf("%s-%s-%s", c.Profile.ID, r.period, r.key.ID("document", c.Profile.ID, r.period.String()))
	header := document.Header{ID: id, System: r.key.System(), Period: r.period, Profile: c.Profile, Host: c.Version,
		Plugin: anonymize.Version(r.collected.Version), Lab: c.Lab.Read().Lab}
	// If an omission has two reasons, the last one counts.
	omissions := slices.Concat(r.collected.Omissions, treated.Emptied, notAccepted(r.accepted))
	body, report, err := document.New(header, treated.Facts, omissions, treated.Tally).Encode(treated.Gate)
	if err != nil {
		return nil, err
	}
	tally := report.Tally
	c.Log.Info("anonymized", "kept", tally.Kept, "pseudonymized", tally.Pseudonymized, "scrubbed", tally.Scrubbed,
		"suppressed", tally.Suppressed, "undeclared", tally.Undeclared, "withheld", tally.Withheld)
	c.Log.Info("document made", "id", id, "bytes", len(body), "withheld", len(report.Withheld), "too_large",
		len(report.TooLarge))
	return &Made{ID: id, Period: r.period, Body: body, Tally: tally, Report: report,
		Omitted: omitted(omissions, report), Failure: failure, Unasked: r.collected.Unasked}, nil
}
