package decision

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
)

// CONS-2: a denial removes the documents that were sent if it says so, wherever it crashes, and the
// journal says what became of them. Without that, they are kept.
func TestADenialDecidesAboutTheHistory(t *testing.T) {
	const id = "acme-20260301T1100Z-token"
	for _, finish := range []string{"a cycle", "an allow"} {
		for at, done := 0, false; !done; at++ {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			if err := a.Sent.Keep(id, []byte("{}"), time.Now()); err != nil {
				t.Fatal(err)
			}
			left := 1 << 20
			records := a.on(t, failingDisk{left: &left})
			left = at
			denial := decided(consent.Denied)
			denial.RemoveSent = true
			done = Decide(denial, records) == nil
			inForce := a.Decision.RemovesSent()
			if finish == "an allow" {
				a.decide(t, consent.Allowed)
			} else if err := a.FinishDenial(time.Now()); err != nil {
				t.Error(err)
			}
			if kept, err := a.Sent.List(); err != nil || inForce && len(kept) > 0 {
				t.Errorf("crash at %d, then %s: got %v, %v", at, finish, kept, err)
			}
			lines, _ := a.Journal.Last(2)
			if done && !strings.Contains(lines[0].Reason+lines[len(lines)-1].Reason, "were removed") {
				t.Errorf("journal: got %+v", lines)
			}
		}
	}
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	if err := a.Sent.Keep(id, []byte("{}"), time.Now()); err != nil {
		t.Fatal(err)
	}
	a.decide(t, consent.Denied)
	lines, _ := a.Journal.Last(1)
	if kept, err := a.Sent.List(); err != nil || len(kept) != 1 || !strings.Contains(lines[0].Reason, "are kept") {
		t.Errorf("got %v, %v and %+v want it kept, and recorded", kept, err, lines)
	}
}
