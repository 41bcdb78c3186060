package status

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
)

// COLL-1, VIEW-1: on an appliance that sends nothing itself it is no trouble that documents wait, until
// they have waited long; failed uploads of before are no trouble any more.
func TestWaitingForAnExport(t *testing.T) {
	failed := hourly(-30, -2, refused)
	for _, tt := range []struct {
		days   float64
		byFile bool
		want   Health
		kind   TroubleKind
	}{
		{29.9, true, OK, ""}, {30, true, Warning, ExportTrouble}, {44, true, Critical, ExportTrouble},
		{44, false, Critical, UploadTrouble},
	} {
		st := Status{Decision: consent.Allowed.String(), DecisionAt: today.Add(-1000 * time.Hour), Delivery: File,
			Sentence: collectedForExport, oldest: today.Add(-time.Duration(tt.days * float64(aDay)))}
		lines := append(failed[:len(failed):len(failed)], hourly(-1, -1, spooled)...)
		st.troubles(Sources{Up: 1000 * time.Hour, Profile: acme, ByFile: tt.byFile},
			consent.Decision{Choice: consent.Allowed}, lines, today)
		kind := TroubleKind("")
		if len(st.Troubles) > 0 {
			kind = st.Troubles[0].Kind
		}
		if st.Health != tt.want || kind != tt.kind || len(st.Troubles) > 1 {
			t.Errorf("%v days, by file %t: got %s, %v", tt.days, tt.byFile, st.Health, st.Troubles)
		}
	}
}

// VIEW-1: the last export and the last receipt are those of the journal, and a monitoring program sees
// them in place of the last upload.
func TestLastExport(t *testing.T) {
	exported := journal.Entry{Time: today.Add(-48 * time.Hour), Outcome: journal.Exported, Documents: 3,
		Period: today.Add(-50 * time.Hour).Truncate(time.Hour)}
	received := journal.Entry{Time: today.Add(-3 * time.Hour), Outcome: journal.Uploaded, Reason: ByReceipt}
	st := Status{Decision: consent.Allowed.String(), Delivery: File, Product: "acme", Health: OK}
	for _, want := range []string{"last export: none yet; last receipt: none yet | ",
		"last export: 2026-03-02 12:30 UTC, 3 documents, the newest about 2026-03-02 10:00–11:00 UTC; " +
			"last receipt: 2026-03-04 09:30 UTC | "} {
		if got := st.Check(time.UTC); !strings.Contains(got, want) {
			t.Errorf("got %s want %s", got, want)
		}
		st.lastExport([]journal.Entry{exported, received, spooled})
	}
	for _, want := range []string{`last_export_timestamp_seconds{product="acme"} 1772454600`,
		`last_receipt_timestamp_seconds{product="acme"} 1772616600`} {
		if got := string(st.Metrics()); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
	old := spooled
	old.Time = today.Add(-9 * time.Hour)
	if got := st.lastSign([]journal.Entry{old, exported, received}, today); !got.Equal(old.Time) {
		t.Errorf("the service's last sign: got %s, want %s: an administrator did the rest", got, old.Time)
	}
	if got := st.NextUpload(); !strings.HasPrefix(got, "none: this appliance sends nothing itself") {
		t.Errorf("next upload: got %s", got)
	}
}
