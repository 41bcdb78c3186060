package receiver

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/waivers"
)

// Check is one rule.
type Check struct {
	ID     string // topic and name, joined by a dot: stable, public interface
	Level  result.Level
	Serves []string // ids of the requirements
	Holds  string   // the rule, as a sentence
	Why    string   // the reason for the rule, as a sentence

	needs  []string // ids of checks; if one of them fails, this rule cannot be judged
	after  []string // ids of checks whose outcome [visit.fails] is asked for
	waits  bool     // it waits and does little else: it needs no place among those that work
	alone  bool     // no other check runs meanwhile
	single bool     // it does not apply to several receivers that do not know of each other's documents
	judge  func(context.Context, *visit) finding
}

// All returns every check, in the order of the reports.
func All() []Check {
	all := slices.Concat(tlsChecks(), receiveChecks(), digestChecks(), contentChecks(), resendChecks(), cutChecks(),
		slowChecks(), sizesChecks(), idsChecks(), periodsChecks(), accessChecks(), httpChecks(), answersChecks(),
		loadChecks(), costChecks())
	for i := range all {
		if all[i].Level == "" {
			all[i].Level = required
		}
		if all[i].Serves == nil {
			all[i].Serves = []string{"COLL-1"}
		}
	}
	return all
}

const (
	required    = result.Required
	recommended = result.Recommended
)

// The first two checks: without them nothing else can be judged.
const (
	certificateID = "tls.certificate"
	acceptsID     = "receive.accepts"
)

// describe returns the check before it is judged.
func (c Check) describe() result.Done {
	return result.Done{ID: c.ID, Topic: topic(c.ID), Level: c.Level, Serves: c.Serves, Holds: c.Holds, Why: c.Why}
}

// finding is the result of a [Check].
type finding struct {
	outcome  result.Outcome
	says     string // the reason, as a sentence
	evidence []string
}

func pass(format string, values ...any) finding {
	return finding{outcome: result.Pass, says: fmt.Sprintf(format, values...)}
}

func fail(format string, values ...any) finding {
	return finding{outcome: result.Fail, says: fmt.Sprintf(format, values...)}
}

func notApplicable(why string) finding { return finding{outcome: result.NotApplicable, says: why} }

func skipped(why string) finding { return finding{outcome: result.Skip, says: why} }

const interrupted = "Not judged: the run was interrupted."

// maxEvidence is the number of lines that are shown.
const maxEvidence = 20

func (f finding) with(lines ...string) finding {
	if more := len(lines) - maxEvidence; more > 0 {
		lines = append(lines[:maxEvidence:maxEvidence], fmt.Sprintf("and %d more", more))
	}
	f.evidence = append(f.evidence, lines...)
	return f
}

// failIfAny passes if there are no problems, and otherwise fails with a line of evidence for each.
func failIfAny(problems []string, says string) finding {
	if len(problems) == 0 {
		return pass("")
	}
	slices.Sort(problems)
	return fail("%s", says).with(problems...)
}

// board holds the outcomes of the checks of one run.
type board struct {
	mu    sync.Mutex
	done  map[string]result.Done
	ended map[string]chan struct{}
}

func (b *board) wait(id string) result.Done {
	ended, selected := b.ended[id]
	if !selected {
		return result.Done{}
	}
	<-ended
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.done[id]
}

func (b *board) end(d result.Done) {
	b.mu.Lock()
	b.done[d.ID] = d
	b.mu.Unlock()
	close(b.ended[d.ID])
}

// fails reports whether a check that was judged before did not pass, although it applies. The caller
// must name it in [Check].after.
func (v *visit) fails(id string) bool {
	switch v.board.wait(id).Outcome {
	case result.Fail, result.Error, result.Skip:
		return true
	}
	return false
}

// places is the number of checks that send at the same time: more would measure this machine.
const places = 6

// runAll runs the selected checks: those that are not alone at the same time, then the others.
func (v *visit) runAll(ctx context.Context) []result.Done {
	all := All()
	for _, c := range all {
		if v.selected(c.ID) {
			v.board.ended[c.ID] = make(chan struct{})
		}
	}
	var running sync.WaitGroup
	free := make(chan struct{}, places)
	for _, c := range all {
		if v.selected(c.ID) && !c.alone {
			running.Go(func() { v.board.end(v.run(ctx, c, free)) })
		}
	}
	go func() {
		running.Wait()
		for _, c := range all {
			if v.selected(c.ID) && c.alone {
				v.board.end(v.run(ctx, c, free))
			}
		}
	}()
	return v.collect(all)
}

// collect returns the outcomes in the order of the list.
func (v *visit) collect(all []Check) (done []result.Done) {
	for _, c := range all {
		d := c.describe()
		if v.selected(c.ID) {
			d = v.board.wait(c.ID)
		} else {
			d.Outcome, d.Says = result.Skip, result.NotSelected
		}
		done = append(done, d)
		if v.Progress != nil {
			v.Progress(d)
		}
	}
	return done
}

// run judges one check, after those that it needs.
func (v *visit) run(ctx context.Context, c Check, free chan struct{}) result.Done {
	d := c.describe()
	prevented := v.prevented(c)
	if !c.waits {
		free <- struct{}{}
		defer func() { <-free }()
	}
	began := time.Now()
	found := skipped(prevented)
	switch {
	case prevented != "":
	case c.single && v.Several:
		found = notApplicable("With several receivers, a resend may be stored again: each id counts once afterwards.")
	default:
		found = c.judge(ctx, v)
		if ctx.Err() != nil {
			found = skipped(interrupted)
		}
	}
	d.Took, d.Outcome, d.Says, d.Evidence = time.Since(began), found.outcome, found.says, found.evidence
	if d.Outcome == result.Fail || d.Outcome == result.Error {
		d.Repeat = v.repeat(c.ID)
	}
	waivers.Apply(v.Waivers, &d, began)
	return d
}

// prevented returns the reason why a check cannot be judged, or "". It waits for the checks that this
// one needs.
func (v *visit) prevented(c Check) string {
	needs := slices.Clone(c.needs)
	if c.ID != certificateID {
		needs = append(needs, certificateID)
	}
	if c.ID != certificateID && c.ID != acceptsID && topic(c.ID) != "tls" {
		needs = append(needs, acceptsID)
	}
	var failing []string
	for _, id := range slices.Concat(needs, c.after) {
		if v.fails(id) && slices.Contains(needs, id) {
			failing = append(failing, id)
		}
	}
	if len(failing) == 0 {
		return ""
	}
	return "Not judged, because " + strings.Join(failing, " and ") + " must pass first."
}

// broke is the finding of a check that this machine prevents.
func broke(err error) finding { return finding{outcome: result.Error, says: err.Error()} }
