package status

import (
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

var nepal = time.FixedZone("NPT", 5*3600+45*60)

// The sentence of a decision gives actor, time and way, as far as they are known, in the given
// zone, and the consequence.
func TestSentence(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		d    consent.Decision
		want string
	}{
		{consent.Decision{}, "undecided: nothing is collected, nothing is sent"},
		{consent.Decision{Time: at, Actor: "an installer", Way: consent.ByEULA},
			"undecided: nothing is collected, nothing is sent"},
		{consent.Decision{Choice: consent.Denied}, "denied: nothing is collected, nothing is sent"},
		{consent.Decision{Choice: consent.Denied, Time: at, Actor: "erika"},
			"denied since 2026-03-01 14:45 NPT by erika: nothing is collected, nothing is sent"},
		{consent.Decision{Choice: consent.Allowed, Time: at, Actor: "erika", Way: consent.ByPage},
			"allowed since 2026-03-01 14:45 NPT by erika (page): usage data is sent automatically"},
		{consent.Decision{Product: "acme"}, "undecided: nothing is collected, nothing is sent; " +
			"the recorded decision is for product acme"},
		{consent.Decision{Time: at, Actor: "an installer", Product: "acme"},
			"undecided: nothing is collected, nothing is sent"},
		{consent.Decision{Choice: 7}, "unknown: nothing is collected, nothing is sent"},
	} {
		if got := Sentence(c.d, nepal); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestUploadSentences(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 20, 0, 0, time.UTC)
	sent := journal.Entry{Time: at, Outcome: journal.Uploaded, Period: at.Truncate(time.Hour).Add(-time.Hour)}
	failed := journal.Entry{Time: at.Add(time.Hour), Outcome: journal.Failed, Reason: "connection refused"}
	for name, c := range map[string]struct {
		st                  Status
		last, attempt, next string
	}{
		"nothing yet": {Status{Decision: "undecided"}, "none yet", "", "none (sending is off)"},
		"sent": {Status{Decision: "allowed", Last: &sent, LastSent: &sent, Next: at.In(nepal)},
			"2026-03-01 15:05 NPT uploaded, about 2026-03-01 13:45–14:45 (08:00–09:00 UTC)", "",
			"2026-03-01 15:05:00 NPT, at this appliance's slot"},
		// T4: a requested pause is given as the reason only if it is one.
		"asked to wait": {Status{Decision: "allowed", Next: at.In(nepal), Asked: at}, "none yet", "",
			"2026-03-01 15:05:00 NPT, because the collection point asked to wait"},
		"asked to wait, over at the slot": {Status{Decision: "allowed", Next: at.In(nepal),
			Asked: at.Add(-31 * time.Minute)},
			"none yet", "",
			"2026-03-01 15:05:00 NPT, at this appliance's slot; the collection point asked to wait until 14:34"},
		"asked to wait, the day before": {Status{Decision: "allowed", Next: at.In(nepal),
			Asked: at.Add(-16 * time.Hour)},
			"none yet", "",
			"2026-03-01 15:05:00 NPT, at this appliance's slot; the collection point asked to wait until " +
				"2026-02-28 23:05"},
		"failed": {Status{Decision: "allowed", Last: &failed}, "none yet",
			"2026-03-01 16:05 NPT failed: connection refused", "none (the window is never open)"},
	} {
		got := [3]string{c.st.LastUpload(nepal), c.st.LastAttempt(nepal), c.st.NextUpload()}
		if want := [3]string{c.last, c.attempt, c.next}; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Singular and plural agree.
func TestSingularAndPlural(t *testing.T) {
	for got, want := range map[string]string{
		Status{Waiting: 0}.WaitingDocuments(): "0 documents", Status{Waiting: 1}.WaitingDocuments(): "1 document",
		Unaccepted(1, 3): "1 field of profile 3 is not accepted yet, and stays unsent",
		Unaccepted(2, 3): "2 fields of profile 3 are not accepted yet, and stay unsent",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Each outcome has a meaning; an outcome that this version does not know has none.
func TestOutcomes(t *testing.T) {
	for _, o := range Outcomes() {
		if e := Explain(o); e.Word == "" || e.Means == "" {
			t.Errorf("%s: got %+v, want a word and a meaning", o, e)
		}
	}
	if len(Outcomes()) != len(meanings) {
		t.Errorf("got %d outcomes, want the %d that have a meaning", len(Outcomes()), len(meanings))
	}
	if got := Explain("of_later"); got != (Explained{Word: "of later"}) {
		t.Errorf("unknown: got %+v", got)
	}
}
