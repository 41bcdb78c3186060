package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

var afternoon = time.Date(2026, 3, 1, 14, 23, 7, 123456789, time.FixedZone("", 3600))

// VIEW-1: the lines match the documentation, in local time.
func TestRecord(t *testing.T) {
	j := open(t)
	record(t, j, Entry{
		Time: afternoon, Outcome: Uploaded, ID: "acme-1", Period: afternoon.Truncate(time.Hour),
		DocumentBytes: 44_000, WireBytes: 15_000, Kept: 41, Pseudonymized: 3, Scrubbed: 2, Suppressed: 1, Undeclared: 5,
		Omitted: map[string]string{"statistics": "not available"},
	})
	record(t, j, Entry{Time: afternoon, Outcome: Decided, Actor: "root", Choice: "denied", Reason: "asked"})
	const want = `{"time":"2026-03-01T14:23:07+01:00","outcome":"uploaded","id":"acme-1",` +
		`"period":"2026-03-01T14:00:00+01:00","document_bytes":44000,"wire_bytes":15000,"kept":41,` +
		`"pseudonymized":3,"scrubbed":2,"suppressed":1,"undeclared":5,"omitted":{"statistics":"not available"}}` + "\n" +
		`{"time":"2026-03-01T14:23:07+01:00","outcome":"decided","reason":"asked","actor":"root","choice":"denied"}` + "\n"
	if diff := cmp.Diff(want, text(t, j.path)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	info, err := os.Stat(j.path)
	if err != nil || info.Mode() != 0o640 { // VIEW-3
		t.Errorf("mode: got %v and %v, want 0640", info.Mode(), err)
	}
}

func TestRecordRefuses(t *testing.T) {
	j := open(t)
	for name, e := range map[string]Entry{
		"no outcome":      {Time: afternoon},
		"another outcome": {Time: afternoon, Outcome: "celebrated"},
		"too long":        {Time: afternoon, Outcome: Failed, Reason: strings.Repeat("x", maxLine)},
	} {
		if err := j.Record(e); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if err := Open(durable.OS{}, filepath.Join(t.TempDir(), "missing",
		"journal")).Record(Entry{Outcome: Failed}); err == nil {
		t.Error("missing folder: got no error")
	}
}

// VIEW-1: [Journal.Last] returns the last entries as recorded, whatever foreign lines are between
// them.
func TestLast(t *testing.T) {
	j := open(t)
	if got, err := j.Last(3); err != nil || len(got) != 0 {
		t.Errorf("before the first: got %v and %v, want none", got, err)
	}
	for _, outcome := range []Outcome{Spooled, Failed, Deferred} {
		record(t, j, Entry{Time: afternoon, Outcome: outcome})
		spoil(t, j.path, "\n\nsyslog: rotated\n{\"outcome\":\"celebrated\"}\nnull\n[]\n{\"time\":\"2026-03-")
	}
	record(t, j, Entry{Time: afternoon, Outcome: Uploaded})
	want := []Outcome{Spooled, Failed, Deferred, Uploaded}
	for n := range 6 {
		if diff := cmp.Diff(want[max(0, 4-n):], last(t, j, n)); diff != "" {
			t.Errorf("last %d (-want +got):\n%s", n, diff)
		}
	}
}

// VIEW-1, SEND-5: a journal that reaches its limit replaces its only predecessor.
func TestRotation(t *testing.T) {
	j := open(t)
	j.max = 400
	var want []Outcome
	for i := range 40 {
		want = append(want, outcomes[i%len(outcomes)])
		record(t, j, Entry{Time: afternoon, Outcome: want[i]})
		got := last(t, j, 5)
		if diff := cmp.Diff(want[max(0, i-4):], got); diff != "" {
			t.Fatalf("last 5 of %d (-want +got):\n%s", i+1, diff)
		}
		if size := len(text(t, j.path)); size > 400 {
			t.Fatalf("size after %d entries: got %d, want at most 400", i+1, size)
		}
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(j.path), "journal*"))
	if err != nil || len(files) != 2 {
		t.Errorf("files: got %v and %v, want two", files, err)
	}
}

// If another program filled the file, it is read from its end and not whole.
func TestLastIsBounded(t *testing.T) {
	j := open(t)
	j.max = 10 * maxTail
	record(t, j, Entry{Time: afternoon, Outcome: Spooled})
	spoil(t, j.path, strings.Repeat("x", 2*maxTail))
	record(t, j, Entry{Time: afternoon, Outcome: Uploaded})
	if diff := cmp.Diff([]Outcome{Uploaded}, last(t, j, 10)); diff != "" {
		t.Errorf("last (-want +got):\n%s", diff)
	}
}

func FuzzLast(f *testing.F) {
	f.Add([]byte("{}\n"), 3)
	f.Add([]byte(`{"outcome":"uploaded"}`+"\n\n{"), 1)
	f.Fuzz(func(t *testing.T, text []byte, n int) {
		got := appendEntries(nil, text, n)
		if len(got) > max(0, n) || len(got) > 1+bytes.Count(text, []byte("\n")) {
			t.Errorf("last %d of %q: got %d entries", n, text, len(got))
		}
	})
}

func open(t *testing.T) *Journal {
	t.Helper()
	return Open(durable.OS{}, filepath.Join(t.TempDir(), "journal.jsonl"))
}

func record(t *testing.T, j *Journal, e Entry) {
	t.Helper()
	if err := j.Record(e); err != nil {
		t.Fatal(err)
	}
}

func last(t *testing.T, j *Journal, n int) []Outcome {
	t.Helper()
	entries, err := j.Last(n)
	if err != nil {
		t.Fatal(err)
	}
	got := []Outcome{}
	for _, e := range entries {
		got = append(got, e.Outcome)
	}
	return got
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func spoil(t *testing.T, path, with string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(with); err != nil {
		t.Fatal(err)
	}
}
