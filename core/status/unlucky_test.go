package status

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

const refusedBy = "connection refused"

var today = time.Date(2026, 3, 4, 12, 30, 0, 0, time.UTC)

// troublesOf returns the troubles of an appliance that has long been allowed to send.
func troublesOf(lines []journal.Entry) Status {
	st := Status{Decision: consent.Allowed.String(), DecisionAt: today.Add(-1000 * time.Hour),
		Sentence: Sentence(consent.Decision{Choice: consent.Allowed}, time.UTC)}
	st.troubles(Sources{Up: 1000 * time.Hour, Profile: acme}, consent.Decision{Choice: consent.Allowed}, lines, today)
	return st
}

// hourly returns lines for hours from the first to the last, counted from now.
func hourly(from, to int, lines ...journal.Entry) (all []journal.Entry) {
	for h := from; h <= to; h++ {
		for _, line := range lines {
			line.Time = today.Add(time.Duration(h) * time.Hour)
			all = append(all, line)
		}
	}
	return all
}

var (
	spooled  = journal.Entry{Outcome: journal.Spooled, ID: "acme-1", DocumentBytes: 9}
	uploaded = journal.Entry{Outcome: journal.Uploaded, ID: "acme-1", DocumentBytes: 9}
	refused  = journal.Entry{Outcome: journal.Failed, ID: "acme-1", DocumentBytes: 9, Reason: "upload acme-1: refused"}
	spent    = journal.Entry{Outcome: journal.Deferred, ID: "acme-1", DocumentBytes: 9, Reason: "the bytes are used"}
	unmade   = journal.Entry{Outcome: journal.Failed, Reason: "the plugin crashed"}
	without  = func(places ...string) journal.Entry {
		e := spooled
		e.Omitted = map[string]string{}
		for _, place := range places {
			e.Omitted[place] = usage.Refused.Sentence()
		}
		return e
	}
)

// VIEW-1: an unlucky administrator sees since when it fails, however the clock was set and however
// long the journal is.
func TestSinceWhen(t *testing.T) {
	for name, c := range map[string]struct {
		lines []journal.Entry
		want  []string // the beginning of each sentence
	}{
		"the clock was set back by three days": {slices.Concat(hourly(-3, 72, spooled, uploaded)), nil},
		"set back, and then it failed": {slices.Concat(hourly(-3, 72, spooled, uploaded),
			hourly(-2, 0, spooled, refused)),
			[]string{"no document was accepted since 2026-03-04 10:30 UTC, 3 times in a row: refused"}},
		"set back while it failed": {slices.Concat(hourly(-3, 0, uploaded), hourly(70, 72, refused),
			hourly(-1, 0, refused)),
			[]string{"no document was accepted since 2026-03-04 11:30 UTC, 5 times in a row: refused"}},
		"set back just now, while it failed": {slices.Concat(hourly(-3, 0, uploaded),
			hourly(70, 72, refused)),
			[]string{"no document was accepted since a time that is not known, because the clock was set back, 3 " +
				"times in a row: refused"}},
		"set back, and the service stopped": {slices.Concat(hourly(-30, -4, uploaded), hourly(70, 72, uploaded)),
			[]string{"the service has done nothing since 2026-03-04 08:30 UTC"}},
		"the journal was rotated in the middle": {hourly(-168, 0, spooled, refused),
			[]string{"no document was accepted since 2026-02-25 12:30 UTC or earlier, 169 times in a row: refused"}},
		"the service was stopped for three days, and started": {slices.Concat(hourly(-100, -72, uploaded),
			hourly(0, 0, spooled, uploaded)), nil},
		"the budget is used up each hour": {slices.Concat(hourly(-40, -31, spooled, uploaded),
			hourly(-30, 0, spooled, spent)),
			[]string{"no document was accepted since 2026-03-03 06:30 UTC, 31 times in a row: the bytes are used"}},
		"two fields, one of them for a week": {slices.Concat(hourly(-170, -169, spooled, uploaded),
			hourly(-168, -4, without("counts.users"), uploaded),
			hourly(-3, 0, without("counts.users", "counts.sites"), uploaded)),
			[]string{"the documents lack counts.sites since 2026-03-04 09:30 UTC, 4 times in a row: " + refusedBy,
				"the documents lack counts.users since 2026-02-25 12:30 UTC, 169 times in a row: " + refusedBy}},
		"everything at once, the critical first": {slices.Concat(hourly(-200, -199, spooled, uploaded),
			hourly(-198, -101, without("counts.users"), uploaded), hourly(-100, -3, without("counts.users"), refused),
			hourly(-2, 0, unmade, refused)),
			[]string{"no document was accepted since 2026-02-28 08:30 UTC, 101 times in a row: refused",
				"no document could be made since 2026-03-04 10:30 UTC, 3 times in a row: the plugin crashed",
				"the documents lack counts.users since 2026-02-24 06:30 UTC, 196 times in a row: " + refusedBy}},
	} {
		st := troublesOf(c.lines)
		var got []string
		for _, trouble := range st.Troubles {
			got = append(got, trouble.Sentence)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if len(c.want) == 0 && st.Health != OK {
			t.Errorf("%s: got %s", name, st.Health)
		}
	}
}

// VIEW-1: if the journal does not reach back to the last success, the last document's file does.
func TestLastUploadOutlivesTheJournal(t *testing.T) {
	at := today.Add(-9 * 24 * time.Hour)
	path := filepath.Join(t.TempDir(), "analytics.json")
	st := Status{Analytics: path}
	if st.lastFromFile(); st.LastUpload(time.UTC) != "none yet" {
		t.Errorf("no file: got %q", st.LastUpload(time.UTC))
	}
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	if st.lastFromFile(); !strings.HasPrefix(st.LastUpload(time.UTC), "2026-02-23 12:30 UTC uploaded") {
		t.Errorf("got %q", st.LastUpload(time.UTC))
	}
	newer := &journal.Entry{Time: today, Outcome: journal.Uploaded}
	st.LastSent = newer
	if st.lastFromFile(); st.LastSent != newer {
		t.Errorf("got %v, want the journal's line", st.LastSent)
	}
}
