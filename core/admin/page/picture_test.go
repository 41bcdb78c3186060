package page

import (
	"slices"
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
	if got := hourRows(d)[2]; got.Hour != "Sun 1 Mar, 10:00–11:00" || got.Bytes != "50,000" || len(got.Attempts) != 2 ||
		got.Attempts[0].Reason != "refused" {
		t.Errorf("table: got %+v", got)
	}
}

// SEND-3, SEND-4: bars are as high as their bytes on a scale of their own, between the blackouts, and
// nothing is drawn beyond the present moment.
func TestPicture(t *testing.T) {
	d := sample()
	for _, p := range []chartLayout{wide, narrow} {
		pic := p.draw(d)
		if len(pic.Hours) != 24 || len(pic.Closed) != 47 || len(pic.Days) != 1 {
			t.Fatalf("%s: got %d hours, %d blackouts, %d midnights", p.id, len(pic.Hours), len(pic.Closed),
				len(pic.Days))
		}
		if got := number(t, pic.Hours[21].Bar.H); got < p.plot-1 || got > p.plot+1 {
			t.Errorf("%s: a bar of 50,000 bytes is %v high of %v for 50,000", p.id, got, p.plot)
		}
		rects := slices.Clone(pic.Closed)
		for i, h := range pic.Hours {
			rects = append(rects, h.Bar, h.Whole)
			if want := map[int]int{21: 2, 23: 1}[i]; len(h.Marks) != want || (want > 0) != (h.Bar.W != "") {
				t.Errorf("%s: hour %d: got %d marks and the bar %v, want %d marks", p.id, i, len(h.Marks), h.Bar, want)
			}
			for _, closed := range pic.Closed {
				if overlap(t, h.Bar, closed) {
					t.Errorf("%s: the bar %v is in the blackout %v", p.id, h.Bar, closed)
				}
			}
		}
		for _, r := range rects {
			if r.W != "" && number(t, r.X)+number(t, r.W) > p.width-p.right+0.2 {
				t.Errorf("%s: got %v beyond the present moment", p.id, r)
			}
		}
		if !strings.Contains(pic.Summary, "had 50,000 bytes, 50% of the limit: each hour stays below 100,000 bytes.") ||
			!strings.Contains(pic.Summary, "uploaded: 2. failed: 1.") {
			t.Errorf("summary: got %q", pic.Summary)
		}
	}
}

// The date is at midnight, and at the beginning unless midnight follows soon.
func TestDatesInThePicture(t *testing.T) {
	for now, want := range map[time.Time]string{
		noon:                       "Sat 28 Feb, Sun 1 Mar",
		noon.Add(10 * time.Hour):   "Sun 1 Mar",            // the picture begins at 23:00
		noon.Add(11*time.Hour + 1): "Sun 1 Mar",            // and at midnight
		noon.Add(12 * time.Hour):   "Mon 2 Mar, Sun 1 Mar", // and an hour later
	} {
		d := lastDay(now, nil, status.Status{BytesLimit: 1}, window.Window{})
		var dates []string
		for _, l := range wide.draw(d).Labels {
			if strings.Contains(l.Class, "date") {
				dates = append(dates, l.Text)
			}
		}
		slices.Sort(dates)
		if got := strings.Join(dates, ", "); got != want {
			t.Errorf("%v: got the dates %s want %s", now, got, want)
		}
	}
}

// The scale ends at a round number, not much above the busiest hour.
func TestScale(t *testing.T) {
	for most, want := range map[int64]int64{0: 1000, 999: 1000, 1001: 1500, 6400: 8000, 8001: 10_000, 21_000: 30_000,
		99_999: 100_000} {
		d := day{Hours: []hour{{Bytes: most}}}
		if got := d.top(); got != want {
			t.Errorf("%d bytes: got a scale to %d want %d", most, got, want)
		}
	}
}

func overlap(t *testing.T, bar, other rect) bool {
	if bar.W == "" {
		return false
	}
	left, right := number(t, other.X), number(t, other.X)+number(t, other.W)
	return number(t, bar.X) < right-0.1 && number(t, bar.X)+number(t, bar.W) > left+0.1
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
		"The busiest of the last 24 hours had 4,321 bytes, 4% of the limit: each hour stays below 100,000 bytes.")
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
