package trend

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/sent"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

func keep(t testing.TB, s sent.Store, product string, n int, text string) {
	t.Helper()
	id := product + "-" + hour(n).Format("20060102T1504Z") + "-x"
	if err := s.Keep(id, []byte(text), hour(n+1)); err != nil {
		t.Fatal(err)
	}
}

// A number is followed over the hours whose documents have it, and never over another profile, another
// product, or the entries of a list.
func TestTrends(t *testing.T) {
	s := sent.Open(durable.OS{}, filepath.Join(t.TempDir(), "sent"), sent.Bounds{Days: 30, Size: 20 << 20})
	text := func(profile, users int, more string) string {
		return fmt.Sprintf(`{"profile": %d, "categories": {"counts": {"users": %d, "calls": {"sip": %d}%s}}}`, profile,
			users, users/2, more)
	}
	keep(t, s, "acme", 0, text(2, 99, ""))
	keep(t, s, "acme", 1, text(3, 12, ""))
	keep(t, s, "other", 2, text(3, 50, ""))
	keep(t, s, "acme", 3, text(3, 14, `, "on": true, "peers": [1, {"n": 2}], "name": "7"`))
	keep(t, s, "acme", 4, "not a document")
	trends := &Trends{History: s}
	for range 2 {
		list, err := s.List()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string][]Sample{"counts.users": {{hour(1), 12}, {hour(3), 14}},
			"counts.calls.sip": {{hour(1), 6}, {hour(3), 7}}}
		if diff := cmp.Diff(want, trends.Of(list, list[1])); diff != "" {
			t.Errorf("trends (-want +got):\n%s", diff)
		}
	}
	list, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(s.Dir()); err != nil {
		t.Fatal(err)
	}
	if got := trends.Of(list[2:], list[4]); len(got["counts.users"]) > 1 {
		t.Errorf("another profile: got %v", got)
	}
}

// BenchmarkTrends follows a month of documents: the first time, when all are read, and again.
func BenchmarkTrends(b *testing.B) {
	s := sent.Open(durable.OS{}, filepath.Join(b.TempDir(), "sent"), sent.Bounds{Days: 31, Size: 20 << 20})
	text, err := os.ReadFile(os.Getenv("DOCUMENT"))
	if err != nil {
		text = []byte(`{"categories": {"counts": {"users": 7}}}`)
	}
	for n := range 720 {
		keep(b, s, "acme", n, string(text))
	}
	list, err := s.List()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			(&Trends{History: s}).Of(list, list[0])
		}
	})
	again := &Trends{History: s}
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			again.Of(list, list[0])
		}
	})
}
