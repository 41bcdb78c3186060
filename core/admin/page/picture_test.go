package page

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/window"
)

func number(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sample() day {
	lines := []journal.Entry{
		{Time: noon.Add(-30 * time.Hour), Outcome: journal.Uploaded, WireBytes: 99_000},               // too long ago
		{Time: noon.Add(-2 * time.Hour), Outcome: journal.Failed, WireBytes: 1000, Reason: "refused"}, // 10:25
		{Time: noon.Add(-2*time.Hour + 10*time.Minute), Outcome: journal.Uploaded, WireBytes: 49_000}, // 10:35
		{Time: noon.Add(-time.Hour), Outcome: journal.Spooled, DocumentBytes: 8000},
		{Time: noon.Add(-5 * time.Minute), Outcome: journal.Uploaded, WireBytes: 6000},
		{Time: noon.Add(2 * time.Hour), Outcome: journal.Uploaded, WireBytes: 50_000}, // a clock that was set back
	}
	st := status.Status{Bytes: 7000, BytesLimit: 100_000, Slot: 20 * 60}
	return lastDay(noon, lines, st, window.Window{Before: 5 * time.Minute, After: 5 * time.Minute})
}

// SEND-4: the bytes of each local clock hour, those of this hour as the gate counts them.
func TestLastDay(t *testing.T) {
	d := sample()
	if len(d.Hours) != 24 || d.Hours[23].Start.Format("15:04") != "12:00" ||
		d.Hours[0].Start.Format("2 15:04") != "28 13:00" {
		t.Fatalf("hours: got %d from %v to %v", len(d.Hours), d.Hours[0].Start, d.Hours[len(d.Hours)-1].Start)
	}
	for i, h := range d.Hours {
		if want := map[int]int64{21: 50_000, 23: 7000}[i]; h.Bytes != want {
			t.Errorf("hour of %v: got %d bytes want %d", h.Start, h.Bytes, want)
		}
	}
	if got := d.countOutcomes()[0]; got.Times != 2 {
		t.Errorf("uploaded: got %d want 2", got.Times)
	}
	if got := hourRows(d)[2]; got.Hour != "10:00–11:00" || got.Bytes != "50,000" || len(got.Attempts) != 2 ||
		got.Attempts[0].Reason != "refused" {
		t.Errorf("table: got %+v", got)
	}
}

// SEND-3, SEND-4: bars are as high as their bytes compared with the limit, between the blackouts;
// the slot is in its place.
func TestPicture(t *testing.T) {
	d := sample()
	for _, p := range []chartLayout{wide, narrow} {
		pic := p.draw(d)
		if len(pic.Bars) != 2 || len(pic.Closed) != 48 || len(pic.Slots) != 24 || len(pic.Marks) != 3 {
			t.Fatalf("%s: got %d bars, %d blackouts, %d slots, %d marks", p.id, len(pic.Bars), len(pic.Closed),
				len(pic.Slots),
				len(pic.Marks))
		}
		half := pic.Bars[0]
		if got := number(t, half.H); got < p.plot/2-1 || got > p.plot/2+1 {
			t.Errorf("%s: a bar of half the limit is %v high of %v", p.id, got, p.plot)
		}
		for _, bar := range pic.Bars {
			for _, closed := range pic.Closed {
				left, right := number(t, closed.X), number(t, closed.X)+number(t, closed.W)
				if x := number(t, bar.X); x < right-0.1 && x+number(t, bar.W) > left+0.1 {
					t.Errorf("%s: the bar at %v is in the blackout from %v to %v", p.id, x, left, right)
				}
			}
		}
		hour := p.span() / 24
		if got, want := number(t, pic.Slots[1].X1), p.left+hour+hour/3; got < want-0.2 || got > want+0.2 {
			t.Errorf("%s: slot at %v want %v", p.id, got, want)
		}
		if !strings.Contains(pic.Summary, "50,000 bytes; the limit is 100,000") ||
			!strings.Contains(pic.Summary, "uploaded: 2. failed: 1.") {
			t.Errorf("summary: got %q", pic.Summary)
		}
	}
}

// Outcomes differ in their shapes and words; the picture has a text for readers that cannot see it,
// too.
func TestShapes(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range pictured {
		if s := shape(o, 8, 8, 5); seen[s] {
			t.Errorf("%s: got the shape of another outcome", o)
		} else {
			seen[s] = true
		}
	}
	allowed(t).get("/").says(t, 200, `role="img" aria-labelledby="wide-title wide-desc"`, "Show as a table",
		"In the last 24 hours, the busiest hour had 4,321 bytes; the limit is 100,000.")
}

func TestFormats(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 seconds", time.Second: "1 second",
		90 * time.Second: "1 minute 30 seconds", 5 * time.Minute: "5 minutes",
		10*time.Minute + 7*time.Second: "10 minutes", time.Hour: "1 hour", 61 * time.Minute: "1 hour 1 minute",
		90 * 24 * time.Hour: "90 days"} {
		if got := span(d); got != want {
			t.Errorf("%v: got %q want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: got %q want %q", n, got, want)
		}
	}
}
