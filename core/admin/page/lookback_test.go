package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/trend"
)

// keep adds a document about a UTC hour to the history, with so many users.
func (o *fakeAppliance) keep(t *testing.T, hour time.Time, users int, replace ...string) (id, text string) {
	t.Helper()
	id = "acme-" + hour.Format("20060102T1504Z") + "-x"
	text = strings.NewReplacer(append([]string{"acme-20260301T0615Z-x", id, `"users": 12`, fmt.Sprintf(`"users": %d`, users),
		"2026-03-01T05:00:00Z", hour.Format(time.RFC3339)}, replace...)...).Replace(document)
	if err := o.History.Keep(id, []byte(text), hour.Add(90*time.Minute)); err != nil {
		t.Fatal(err)
	}
	return id, text
}

// VIEW-1: each hour that was sent is found by its day and its local time, opens byte for byte, and is
// compared with another one; a number is shown over the hours of the same profile.
func TestLookBack(t *testing.T) {
	o := allowed(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 2, day, hour, 0, 0, 0, time.UTC) }
	o.keep(t, at(27, 4), 99, `"profile": 3`, `"profile": 2`)
	o.keep(t, at(28, 4), 11)
	before, _ := o.keep(t, at(28, 5), 12)
	id, text := o.keep(t, at(28, 7), 40, "8K<31>", "<b>31</b>")
	damaged, _ := o.keep(t, at(28, 8), 12)
	if err := os.Truncate(filepath.Join(o.History.Dir(), damaged+".json.gz"), 100); err != nil {
		t.Fatal(err)
	}
	o.get("/sent").says(t, 200, "Sat 28 Feb 2026</h2>", "Fri 27 Feb 2026</h2>", "5 documents",
		`<a href="sent?id=`+id+`"`, `>12:45</a>`, "13:45 damaged", "4 hours")
	o.get("/sent?id="+id).says(t, 200, "Sat 28 Feb 2026, 12:45–13:45 (07:00–08:00 UTC)", "&lt;b&gt;31",
		`<a href="sent?id=`+before+`" rel="prev"`, `aria-label="11 to 40 in 4 hours"`, `aria-label="always 7 in 4 hours"`,
		"the document before", "Sat 28 Feb 2026, 14:15:00")
	o.get("/sent?id="+id+"&with="+before).says(t, 200, "Compared with Sat 28 Feb 2026, 10:45–11:45",
		"0 added, 0 removed, 2 changed", "<code>12</code>", "<code>40</code>")
	o.get("/sent?id="+id+"&with=2026-02-27T09:45").says(t, 200, "Compared with Fri 27 Feb 2026",
		"made with profile 2, the second with profile 3")
	o.get("/sent?id="+id+"&with=2026-02-27T12:00").says(t, 200, "No document about 2026-02-27", "The nearest: ")
	o.get("/sent?id="+id+"&with="+id).says(t, 200, "Every value is the same")
	o.get("/sent?id="+damaged).says(t, 404, "is damaged")
	o.get("/sent?id=../../etc/passwd").says(t, 404, "This is not an hour")
	if got := o.get("/sent.json?id=" + id); got.text != text {
		t.Errorf("download: got %q", got.text)
	}
	if got := o.get("/sent.json?id=../spool/x"); got.status != 404 {
		t.Errorf("download of something else: got %d", got.status)
	}
}

// When summer time ends, an hour comes twice and is shown with its offset.
func TestHoursThatComeTwice(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	o := allowed(t)
	o.clock = time.Date(2026, 10, 25, 9, 0, 0, 0, berlin)
	for hour := range 4 {
		o.keep(t, time.Date(2026, 10, 24, 23+hour, 0, 0, 0, time.UTC), hour)
	}
	o.get("/sent").says(t, 200, ">01:00<", ">02:00 &#43;02:00<", ">02:00 &#43;01:00<", ">03:00<")
}

// A gap of the history is a gap of the line, however long the history is.
func TestTrendPicture(t *testing.T) {
	start := noon.UTC()
	samples := func(numbers ...float64) (all []trend.Sample) {
		for i, n := range numbers {
			if n >= 0 {
				all = append(all, trend.Sample{Period: start.Add(time.Duration(i) * time.Hour), Value: n})
			}
		}
		return all
	}
	for _, tt := range []struct {
		name        string
		samples     []trend.Sample
		text        string
		lines, dots int
	}{
		{"one hour", samples(1), "", 0, 0},
		{"two", samples(1, 2), "1 to 2 in 2 hours", 1, 0},
		{"always", samples(2.5, 2.5), "always 2.5 in 2 hours", 1, 0},
		{"a gap", samples(1, 2, -1, 4000, 5), "1 to 4,000 in 5 hours", 2, 0},
		{"alone", samples(1, 2, -1, 4, -1, 5, 5), "1 to 5 in 7 hours", 2, 1},
	} {
		got := drawTrend(tt.samples, start)
		if got == nil {
			got = &trendView{}
		}
		if got.Text != tt.text || len(got.Lines) != tt.lines || len(got.Dots) != tt.dots {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
	month := make([]float64, 720)
	month[300] = 99
	got := drawTrend(samples(month...), start.Add(300*time.Hour))
	if got.Text != "0 to 99 in 30 days" || !strings.Contains(got.Lines[0], ",2.5 ") || got.Here == nil {
		t.Errorf("a peak of one hour: got %+v", got)
	}
	if diff := cmp.Diff(trendStrips+1, len(strings.Fields(got.Lines[0]))); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
}

// CONS-2: the page asks whether a denial also removes the documents that were sent, also later.
func TestDenialAsksAboutTheHistory(t *testing.T) {
	o := allowed(t)
	if got := o.get("/"); strings.Contains(got.text, "remove_sent") {
		t.Error("without documents: got a question about them")
	}
	o.keep(t, noon.UTC().Truncate(time.Hour), 12)
	o.get("/").says(t, 200, `name="remove_sent"`, "Also remove 1 document that was sent and is kept")
	o.post("/decide", o.form())
	if o.decision.Choice != consent.Denied || o.decision.RemoveSent {
		t.Errorf("without the check box: got %+v", o.decision)
	}
	o.get("/").says(t, 200, `name="remove_sent"`)
	if o.post("/decide", o.form("remove_sent", "on")); !o.decision.RemoveSent {
		t.Errorf("with the check box, later: got %+v", o.decision)
	}
	if o.post("/decide", o.form("remove_sent", "on", "send", "on")); o.decision.RemoveSent {
		t.Errorf("allowed: got %+v", o.decision)
	}
}
