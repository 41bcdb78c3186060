package spool

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

// documents is how many documents wait in a full spool: four times as many as there are documents of
// 8 KB in 1 MB, the limit of the profiles.
const documents = 500

// BenchmarkPut measures how much longer it takes to put a document into a full spool than into an
// empty one. The bodies are small, because only their number counts.
func BenchmarkPut(b *testing.B) {
	hour := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	body := bytes.Repeat([]byte("x"), 100)
	fill := func(n int) *Spool {
		s, err := Open(durable.OS{}, b.TempDir(), 10<<20)
		if err != nil {
			b.Fatal(err)
		}
		for i := range n {
			putInto(b, s, fmt.Sprint("acme-", i), hour.Add(time.Duration(i)*time.Hour), body)
		}
		return s
	}
	empty, full := fill(0), fill(documents)
	var took [2][]time.Duration
	for i := 0; b.Loop(); i++ {
		for n, s := range []*Spool{empty, full} {
			id, began := fmt.Sprint("new-", i), time.Now()
			putInto(b, s, id, hour.Add(time.Duration(documents+i)*time.Hour), body)
			took[n] = append(took[n], time.Since(began))
			if err := s.Remove(id); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(middle(took[0]), "empty-µs")
	b.ReportMetric(middle(took[1]), "full-µs")
	b.ReportMetric(middle(took[1])/middle(took[0]), "full/empty")
}

func putInto(b *testing.B, s *Spool, id string, hour time.Time, body []byte) {
	b.Helper()
	if _, err := s.Put(id, hour, body, func() error { return nil }); err != nil {
		b.Fatal(err)
	}
}

func middle(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)/2].Nanoseconds()) / 1000
}
