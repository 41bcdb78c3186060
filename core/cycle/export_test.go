package cycle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
)

// makeHours makes the documents of some hours on an appliance that sends nothing itself.
func (a *appliance) makeHours(t *testing.T, hours int) {
	t.Helper()
	a.ByFile = true
	a.Profile.Limits = a.Profile.Limits.ByFile()
	for n := range hours {
		result, err := a.Run(t.Context())
		if err != nil || result.Outcome != "" || result.Held != n+1 {
			t.Fatalf("hour %d: got %+v, %v", n, result, err)
		}
		a.now = a.now.Add(time.Hour)
	}
}

// exported exports into memory, and reads what was exported.
func (a *appliance) exported(t *testing.T) (documents []handover.Document, file []byte) {
	t.Helper()
	_, err := a.Export(t.Context(), func(staged []byte) error { file = staged; return nil },
		func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	in, err := handover.NewReader(bytes.NewReader(file))
	for err == nil {
		var d handover.Document
		if d, err = in.Next(); err == nil {
			documents = append(documents, d)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return documents, file
}

// receiptFor accepts documents.
func receiptFor(documents ...handover.Document) (r handover.Receipt) {
	for _, d := range documents {
		r.Documents = append(r.Documents, handover.Handled{ID: d.ID, SHA256: handover.Digest(d.Body),
			Result: handover.Accepted})
	}
	return r
}

// COLL-1, VIEW-1: an appliance that sends nothing itself makes documents, tries no upload, exports what
// waits as often as asked, and records each document once when receipts come, in any order and number.
func TestExportAndReceipts(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.makeHours(t, 5)
	if len(a.line.sent) > 0 {
		t.Errorf("got %d uploads, want none", len(a.line.sent))
	}
	all, file := a.exported(t)
	again, same := a.exported(t)
	if len(all) != 5 || len(again) != 5 || !bytes.Equal(file, same) || a.waiting(t) != 5 ||
		a.count(t, journal.Exported) != 2 {
		t.Fatalf("got %d and %d documents, %d waiting; journal %v", len(all), len(again), a.waiting(t), a.outcomes(t))
	}
	waits, err := a.Spool.Read(all[0].ID)
	if err != nil || string(waits) != string(all[0].Body) {
		t.Errorf("the newest document of the file is not what waits: %v", err)
	}
	other := all[3]
	other.Body = append(slices.Clone(other.Body), ' ')
	unknown := all[4]
	unknown.ID = "acme-20260101T0000Z-00000000000000000000000000"
	rejection := receiptFor(all[4])
	rejection.Documents[0].Result, rejection.Documents[0].Reason = handover.Rejected, handover.TooOld
	for i, step := range []struct {
		receipt handover.Receipt
		want    Settled
		waiting int
	}{
		{receiptFor(all[2], all[1]), Settled{Accepted: 2}, 3},
		{receiptFor(all[2], all[1], all[0]), Settled{Accepted: 1, Before: 2}, 2},
		{receiptFor(other, unknown), Settled{OtherContent: 1, NotWaiting: 1}, 2},
		{rejection, Settled{Rejected: 1}, 1},
		{rejection, Settled{NotWaiting: 1}, 1},
		{receiptFor(all[:4]...), Settled{Accepted: 1, Before: 3}, 0},
		{receiptFor(all...), Settled{Before: 4, NotWaiting: 1}, 0},
		{handover.Receipt{NotUnderstood: 2}, Settled{NotUnderstood: 2}, 0},
	} {
		got, err := a.TakeReceipt(step.receipt)
		if err != nil || got != step.want || a.waiting(t) != step.waiting {
			t.Errorf("receipt %d: got %+v, %v, %d waiting; want %+v, %d waiting", i, got, err, a.waiting(t), step.want,
				step.waiting)
		}
	}
	if a.count(t, journal.Uploaded) != 4 || a.count(t, journal.Rejected) != 1 {
		t.Errorf("journal: got %v, want four uploaded and one rejected", a.outcomes(t))
	}
	for _, d := range all[:4] {
		if kept, err := a.Sent.Read(d.ID); err != nil || string(kept) != string(d.Body) {
			t.Errorf("history: %s: %v", d.ID, err)
		}
	}
	if shown, err := a.Analytics.Read(); err != nil || string(shown) != string(all[3].Body) {
		t.Errorf("analytics.json is not the document that was accepted last: %v", err)
	}
	if kept, err := a.Spool.Kept(); err != nil || len(kept) != 1 || kept[0].ID != all[4].ID {
		t.Errorf("set aside: got %v, %v", kept, err)
	}
	if _, err := a.Export(t.Context(), nil, nil); !errors.Is(err, ErrNothingWaits) {
		t.Errorf("nothing waits: got %v", err)
	}
}

// CONS-3, CONS-2: without consent nothing is exported; a document that holds a category that was left
// out since is removed instead.
func TestExportFollowsTheDecision(t *testing.T) {
	a := newAppliance(t)
	refuses := func(when string, stage, commit func() error) {
		t.Helper()
		_, err := a.Export(t.Context(), func([]byte) error { return stage() }, commit)
		if !NotAllowed(err) {
			t.Errorf("%s: got %v, want that sending is not allowed", when, err)
		}
	}
	never := func() error { t.Error("got a file"); return nil }
	refuses("undecided", never, never)
	a.optionalAcme()
	a.allow(t)
	a.makeHours(t, 1)
	first, _ := a.exported(t)
	a.allow(t, "calls")
	a.makeHoursAgain(t)
	second, _ := a.exported(t)
	if len(first) != 1 || len(second) != 1 || first[0].ID == second[0].ID || a.count(t, journal.Dropped) != 1 ||
		strings.Contains(string(second[0].Body), "calls_seen") {
		t.Errorf("left out: got %d and %d documents, journal %v", len(first), len(second), a.outcomes(t))
	}
	a.decide(t, consent.Denied)
	refuses("denied", never, never)
	if settled, err := a.TakeReceipt(receiptFor(second...)); err != nil || settled != (Settled{NotWaiting: 1}) {
		t.Errorf("receipt after a denial: got %+v, %v", settled, err)
	}
}

// CONS-2: a withdrawal during the export leaves no file.
func TestWithdrawalDuringAnExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		a.makeHours(t, 1)
		_, err := a.Export(t.Context(), func([]byte) error {
			a.decide(t, consent.Denied)
			<-time.After(time.Second) // the decision is watched
			return nil
		}, func() error { t.Error("got a file"); return nil })
		if !NotAllowed(err) || a.count(t, journal.Exported) > 0 {
			t.Errorf("got %v, journal %v", err, a.outcomes(t))
		}
	})
}

func (a *appliance) makeHoursAgain(t *testing.T) {
	t.Helper()
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.now = a.now.Add(time.Hour)
}

// COLL-1: what cannot be in a file stays and is counted, damage costs itself, and a file that cannot be
// written is not recorded. A product that the appliance had before is not exported.
func TestExportWithFaults(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.makeHours(t, 3)
	start := a.now.Add(-24 * time.Hour).Truncate(time.Hour)
	for i, id := range []string{"acme-strange", "other-20260101T0000Z-00000000000000000000000000"} {
		_, err := a.Spool.Put(id, start.Add(time.Duration(i)*time.Hour), []byte("{}"), func() error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	waiting, err := a.Spool.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(a.dir, "spool", waiting[1].ID+".doc"), 300); err != nil {
		t.Fatal(err)
	}
	full := func([]byte) error { return syscall.ENOSPC }
	if _, err := a.Export(t.Context(), full, nil); !errors.Is(err, syscall.ENOSPC) || a.count(t, journal.Exported) > 0 {
		t.Errorf("full disk: got %v, journal %v", err, a.outcomes(t))
	}
	e, err := a.Export(t.Context(), func([]byte) error { return nil }, func() error { return nil })
	if err != nil || len(e.Documents) != 2 || e.Unfit != 1 || a.waiting(t) != 4 {
		t.Errorf("got %d documents, %d unfit, %v, %d waiting", len(e.Documents), e.Unfit, err, a.waiting(t))
	}
	lines := HeldPeriods(e.Documents, time.UTC)
	if len(lines) != 2 || lines[0] != "2026-03-01 14:00–15:00 UTC" || lines[1] != "2026-03-01 12:00–13:00 UTC" {
		t.Errorf("hours: got %q", lines)
	}
	unlock, err := a.CycleLock.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	_, exporting := a.Export(t.Context(), nil, nil)
	_, receiving := a.TakeReceipt(handover.Receipt{})
	if exporting == nil || receiving == nil {
		t.Errorf("while a cycle runs: got %v and %v", exporting, receiving)
	}
}

// COLL-1: an appliance that sends nothing itself holds the documents of 45 days, and then removes the
// oldest. A clock that is a year ahead for one cycle removes nothing.
func TestDocumentsWait45Days(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.makeHours(t, 1)
	spooled, err := spool.Open(a.disk, filepath.Join(a.dir, "spool"), a.Profile.Limits.Spool)
	if err != nil {
		t.Fatal(err)
	}
	a.Spool = spooled
	newest := a.now.Truncate(time.Hour).Add(-2 * time.Hour)
	long := bytes.Repeat([]byte("x"), int(a.Profile.Limits.Document)-1)
	for hours := range 8 { // older than a week, and longer than any other document
		period := newest.Add(-time.Duration(44*24+hours) * time.Hour)
		id := fmt.Sprintf("acme-%s-00000000000000000000000000", period.Format("20060102T1504Z"))
		if _, err := a.Spool.Put(id, period, long, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	a.makeHoursAgain(t)
	if a.waiting(t) != 10 {
		t.Errorf("got %d documents waiting, want all", a.waiting(t))
	}
	now := a.now
	a.now = now.AddDate(1, 0, 0)
	a.makeHoursAgain(t)
	if a.waiting(t) != 11 {
		t.Errorf("a clock that is ahead: got %d documents waiting, want 11", a.waiting(t))
	}
	a.now = now
	if limits := acme.Limits.ByFile(); limits.Spool != 45*24*limits.Document || limits.Age != 45*24*time.Hour {
		t.Errorf("got limits %+v", limits)
	}
}

// COLL-1: with more than the hours of 45 days, those that are too old are removed and recorded.
func TestTheOldestDocumentsAreRemoved(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.makeHours(t, 1)
	dir, hours := filepath.Join(a.dir, "spool"), hoursHeld+3
	for n := range hours {
		period := a.now.Truncate(time.Hour).Add(-time.Duration(n+3) * time.Hour)
		id := fmt.Sprintf("acme-%s-00000000000000000000000000", period.Format("20060102T1504Z"))
		text := durable.Seal(fmt.Appendf(nil, "%s %s\n{}", id, period.Format(time.RFC3339)))
		if err := os.WriteFile(filepath.Join(dir, id+".doc"), text, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	a.makeHoursAgain(t)
	if a.waiting(t) != hoursHeld || a.count(t, journal.Dropped) != 5 {
		t.Errorf("got %d documents waiting and %d dropped, want %d and 5", a.waiting(t), a.count(t, journal.Dropped),
			hoursHeld)
	}
}

// dying is a [durable.Disk] that stops after some operations, as for a process that is killed.
type dying struct {
	durable.Disk
	left *int
}

var errKilled = errors.New("killed")

func (d dying) dead() bool { *d.left--; return *d.left < 0 }

func (d dying) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if d.dead() {
		return nil, errKilled
	}
	f, err := d.Disk.Open(path, flags, mode)
	return dyingFile{f, d}, err
}

func (d dying) Rename(from, to string) error {
	if d.dead() {
		return errKilled
	}
	return d.Disk.Rename(from, to)
}

func (d dying) Remove(path string) error {
	if d.dead() {
		return errKilled
	}
	return d.Disk.Remove(path)
}

type dyingFile struct {
	durable.File
	disk dying
}

func (f dyingFile) Write(text []byte) (int, error) {
	if f.disk.dead() {
		return 0, errKilled
	}
	return f.File.Write(text)
}

// COLL-1: a process that is killed while it takes a receipt, wherever it is, loses nothing
// and records nothing twice: the receipt can be given again.
func TestReceiptSurvivesAKill(t *testing.T) {
	for operations := 0; ; operations += 3 {
		left := 1 << 30
		a := newApplianceOn(t, withoutEvents{dying{durable.OS{}, &left}})
		a.decide(t, consent.Allowed)
		a.makeHours(t, 2)
		all, _ := a.exported(t)
		receipt := receiptFor(all...)
		receipt.Documents[1].Result = handover.Rejected
		left = operations
		_, killed := a.TakeReceipt(receipt)
		left = 1 << 30
		for range 2 {
			if _, err := a.TakeReceipt(receipt); err != nil {
				t.Fatalf("after %d operations: %v", operations, err)
			}
		}
		kept, err := a.Sent.Read(all[0].ID)
		if a.waiting(t) > 0 || a.count(t, journal.Uploaded) != 1 || a.count(t, journal.Rejected) != 1 || err != nil ||
			string(kept) != string(all[0].Body) {
			t.Fatalf("after %d operations: got %d waiting, journal %v, history %v", operations, a.waiting(t),
				a.outcomes(t), err)
		}
		if killed == nil {
			return
		}
	}
}

// VIEW-1: an export that was killed left no file that the journal does not have.
func TestExportIsRecordedBeforeItAppears(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	a.makeHours(t, 1)
	appeared := false
	_, err := a.Export(t.Context(), func([]byte) error { return nil }, func() error {
		appeared = a.count(t, journal.Exported) == 1
		return errKilled
	})
	if !appeared || !errors.Is(err, errKilled) {
		t.Errorf("got %v; recorded before the file appears: %t", err, appeared)
	}
	whole := a.Journal
	a.Journal = journal.Open(durable.OS{}, filepath.Join(a.dir, "nowhere", "journal.jsonl"))
	_, err = a.Export(t.Context(), func([]byte) error { return nil },
		func() error { t.Error("got a file that is not recorded"); return nil })
	if err == nil {
		t.Error("without a journal: got an export")
	}
	a.Journal = whole
	ctx, cancel := context.WithCancel(t.Context())
	_, err = a.Export(ctx, func([]byte) error { cancel(); return nil },
		func() error { t.Error("interrupted: got a file"); return nil })
	if err == nil {
		t.Error("interrupted: got an export")
	}
}

// Each reason of a receipt is said.
func TestReasonsAreSaid(t *testing.T) {
	for reason, want := range sayings {
		if got := says(handover.Handled{Result: handover.Rejected, Reason: reason}); got != want || got == "" {
			t.Errorf("%s: got %q", reason, got)
		}
	}
	if got := says(handover.Handled{Result: handover.Conflict}); got != sayings[handover.OtherBody] {
		t.Errorf("conflict: got %q", got)
	}
}
