package main

import (
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/usage"
)

// SEND-1: if a period has nothing to send, the message gives the reason: its document was sent,
// rejected or removed.
func TestNothingToSendGivesTheReason(t *testing.T) {
	period := usage.PeriodFrom(time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))
	line := func(o journal.Outcome) journal.Entry {
		return journal.Entry{Outcome: o, Period: period.Start, Reason: "why"}
	}
	other := journal.Entry{Outcome: journal.Rejected, Period: period.Start.Add(-time.Hour)}
	for name, tt := range map[string]struct {
		lines []journal.Entry
		want  string
	}{
		"sent":             {[]journal.Entry{line(journal.Spooled), line(journal.Uploaded)}, "was already sent"},
		"another rejected": {[]journal.Entry{line(journal.Uploaded), other}, "was already sent"},
		"rejected": {[]journal.Entry{line(journal.Spooled), line(journal.Rejected), line(journal.Declined)},
			"was rejected by the collection point, and is not sent again; the document is kept in " +
				"/state/spool/rejected"},
		"dropped": {[]journal.Entry{line(journal.Spooled), line(journal.Dropped)}, "was removed unsent: why"},
		"no line": {nil, "was already sent"},
	} {
		r := report{period: period, before: endedBefore(tt.lines, period, "/state")}
		var said strings.Builder
		if r.print(&said); !strings.HasSuffix(said.String(), " "+tt.want+"\n") {
			t.Errorf("%s: got %q, want %s", name, said.String(), tt.want)
		}
	}
}

// A report agrees in number with its only value.
func TestOneValueIsSingular(t *testing.T) {
	for kept, want := range map[int]string{0: ": 0 values kept, ", 1: ": 1 value kept, ", 2: ": 2 values kept, "} {
		var said strings.Builder
		report{Document: &reportedDocument{Values: anonymize.Tally{Kept: kept}}}.print(&said)
		if !strings.Contains(said.String(), want) {
			t.Errorf("got %q, want %q", said.String(), want)
		}
	}
}
