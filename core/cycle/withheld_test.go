package cycle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// ports adds a count to the observations, in which the plugin sends the appliance's address,
// 10.33.7.21, if address is set.
func (a *appliance) ports(address bool) {
	value := int64(500)
	if address {
		value = 10<<24 | 33<<16 | 7<<8 | 21
	}
	a.product.more = []usage.Observation{{Category: "limits", Field: usage.Raw("ports"), Value: usage.Raw(value)}}
}

// withheld returns the withheld fields that the [status.Status] reports.
func (a *appliance) withheld(t *testing.T) []status.Withheld {
	t.Helper()
	st, err := status.Sources{
		Profile: a.Profile, Decision: a.Decision, Budget: a.Budget, Spool: a.Spool,
		Journal: a.Journal, Window: a.Window,
		Starts: a.Quarantine,
	}.Look(a.now)
	if err != nil {
		t.Fatal(err)
	}
	return st.Withheld
}

// reason returns the reason in the newest document's line about the field; empty if there is none.
func (a *appliance) reason(t *testing.T, id string) string {
	t.Helper()
	lines, err := a.Journal.Last(10)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(lines, func(e journal.Entry) bool { return e.ID == id && e.Field == "limits.ports" })
	if at < 0 {
		return ""
	}
	return lines[at].Reason
}

// P5, ANON-1: a field that is withheld in three documents in a row is in the status until a
// document has it again. The journal records it with the third document, and once a date.
func TestWithheldInThreeDocuments(t *testing.T) {
	a := newAppliance(t)
	a.now = time.Date(2026, 3, 1, 10, 20, 0, 0, time.Local)
	a.Profile.Categories = append(slices.Clone(acme.Categories),
		profile.Category{Name: "limits", Fields: []profile.Field{{Name: "ports", Kind: kind.Count}}})
	a.decide(t, consent.Allowed)
	const rule = "name in the hosts file"
	for i, c := range []struct {
		hours     int
		address   bool
		documents int // as the status says; 0: not in the status
		said      bool
	}{
		{1, true, 0, false}, {1, true, 0, false}, {1, true, 3, true}, {2, true, 4, false}, {24, true, 5, true},
		{1, false, 0, false},
		{1, true, 0, false}, {1, true, 0, false}, {1, true, 3, true},
	} {
		a.now = a.now.Add(time.Duration(c.hours) * time.Hour)
		a.ports(c.address)
		result, err := a.Run(t.Context())
		if err != nil || result.Made == nil {
			t.Fatalf("document %d: got %+v and %v", i, result, err)
		}
		reason := a.reason(t, result.Made.ID)
		if strings.HasPrefix(reason, rule) != c.address || strings.Contains(reason, "/etc/hosts") != c.said {
			t.Errorf("document %d: reason: got %q, want a hint: %t", i, reason, c.said)
		}
		runs := a.withheld(t)
		if len(runs) != min(c.documents, 1) {
			t.Fatalf("document %d: status: got %+v, want a run of %d", i, runs, c.documents)
		}
		if c.documents > 0 && (runs[0].Field != "limits.ports" || runs[0].Rule != rule ||
			runs[0].Documents != c.documents || !strings.Contains(runs[0].Hint, "/etc/hosts")) {
			t.Errorf("document %d: status: got %+v, want a run of %d", i, runs[0], c.documents)
		}
	}
	a.decide(t, consent.Denied)
	if runs := a.withheld(t); len(runs) != 0 {
		t.Errorf("denied: got %+v, want nothing", runs)
	}
}
