package status

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// VIEW-1, CONS-2: what lasts is trouble, with its beginning and its advice, and ends with the next
// success. Each play is the outcomes of hour after hour, until now.
func TestWhatLastsIsTrouble(t *testing.T) {
	const refused = "connection refused by the collection point"
	lines := map[byte][]journal.Entry{
		'.': {{Outcome: journal.Spooled, ID: "acme-1"}, {Outcome: journal.Uploaded, ID: "acme-1", DocumentBytes: 9}},
		'u': {{Outcome: journal.Spooled, ID: "acme-1"}, {Outcome: journal.Failed, ID: "acme-1", DocumentBytes: 9,
			Reason: refused, Hint: "check firewalls"}},
		'p': {{Outcome: journal.Spooled, ID: "acme-1"}, {Outcome: journal.Deferred, ID: "acme-1",
			Reason: "asked to wait"}},
		'b': {{Outcome: journal.Deferred, Reason: "nothing is sent around the hour"}},
		'f': {{Outcome: journal.Failed, Reason: "the plugin crashed"}},
		'r': {{Outcome: journal.Spooled, ID: "acme-1"}, {Outcome: journal.Rejected, ID: "acme-1", DocumentBytes: 9,
			Reason: "422"}},
		'm': {{Outcome: journal.Spooled, ID: "acme-1", Omitted: map[string]string{
			"counts": usage.Refused.Sentence(), "release": usage.NotOnRelease.Sentence()}},
			{Outcome: journal.Uploaded, ID: "acme-1", DocumentBytes: 9}},
		't': {{Outcome: journal.Spooled, ID: "acme-1", Omitted: map[string]string{"counts": usage.TimedOut.Sentence()}},
			{Outcome: journal.Uploaded, ID: "acme-1", DocumentBytes: 9}},
		'd': {{Outcome: journal.Decided}},
		' ': nil,
	}
	for play, want := range map[string]string{
		"":                              "ok",
		"....":                          "ok",
		"...u":                          "ok", // it is tried again
		"..uu":                          "warning upload 1.5",
		"..uub":                         "warning upload 2.5",
		"uu..":                          "ok",
		"uuuud":                         "ok",
		"." + strings.Repeat("u", 25):   "critical upload 24.5",
		"." + strings.Repeat("p", 20):   "ok",
		"." + strings.Repeat("p", 30):   "critical upload 29.5",
		"..ff":                          "warning document 1.5",
		"ff.u":                          "ok",
		"..uf":                          "warning upload 1.5",
		"...r":                          "warning rejected 0.5",
		"..r.":                          "ok",
		"..mm":                          "ok", // two documents may be an accident
		".mmm":                          "warning field 2.5",
		"mtmt":                          "warning field 3.5",
		"mmm.":                          "ok",
		"... ":                          "ok",
		"...  ":                         "warning service 2.5",
		"..." + strings.Repeat(" ", 30): "critical service 30.5",
	} {
		now := time.Date(2026, 3, 4, 12, 30, 0, 0, time.UTC)
		var all []journal.Entry
		for i := range len(play) {
			for _, line := range lines[play[i]] {
				line.Time = now.Add(30*time.Minute - time.Duration(len(play)-i)*time.Hour)
				all = append(all, line)
			}
		}
		st := Status{Decision: consent.Allowed.String(), DecisionAt: now.Add(-1000 * time.Hour),
			Sentence: Sentence(consent.Decision{Choice: consent.Allowed}, time.UTC)}
		if play == "" {
			st.DecisionAt = now
		}
		st.troubles(Sources{Up: 1000 * time.Hour, Profile: acme}, consent.Decision{Choice: consent.Allowed}, all, now)
		got := string(st.Health)
		for _, trouble := range st.Troubles {
			got += fmt.Sprintf(" %s %.1f", trouble.Kind, now.Sub(trouble.Since).Hours())
			if trouble.Hint == "" || !strings.Contains(trouble.Sentence, "since 2026-03-0") {
				t.Errorf("%s: got %q, hint %q", play, trouble.Sentence, trouble.Hint)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", play, diff)
		}
		fails := strings.Contains(st.Sentence, "but this fails")
		if fails != (got != "ok" && !strings.Contains(got, "field")) {
			t.Errorf("%q: got %q", play, st.Sentence)
		}
	}
}
