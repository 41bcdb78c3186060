package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/test/growth"
)

// times is how many more lines a long journal has: some months of hours instead of a day.
const times = 100

// BenchmarkRecord records a line in a new journal and in a long one.
func BenchmarkRecord(b *testing.B) {
	record := func(j *Journal) func() {
		return func() {
			if err := j.Record(Entry{Time: time.Now(), Outcome: Uploaded, ID: "acme-20260301T1300Z-x"}); err != nil {
				b.Fatal(err)
			}
		}
	}
	growth.Compare(b, times, record(journalOf(b, 24)), record(journalOf(b, 24*times)))
}

// BenchmarkLast reads the last lines, as `status` does.
func BenchmarkLast(b *testing.B) {
	last := func(j *Journal) func() {
		return func() {
			if lines, err := j.Last(20); err != nil || len(lines) != 20 {
				b.Fatalf("got %d lines, %v", len(lines), err)
			}
		}
	}
	growth.Compare(b, times, last(journalOf(b, 24)), last(journalOf(b, 24*times)))
}

// journalOf returns a journal that has this many lines.
func journalOf(b *testing.B, lines int) *Journal {
	b.Helper()
	path := filepath.Join(b.TempDir(), "journal.jsonl")
	j := Open(durable.OS{}, path)
	line := Entry{Time: time.Now(), Outcome: Uploaded, ID: "acme-20260301T1300Z-x", WireBytes: 7000}
	if err := j.Record(line); err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Repeat(text, lines), 0o640); err != nil {
		b.Fatal(err)
	}
	return j
}
