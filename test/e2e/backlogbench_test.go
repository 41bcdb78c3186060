package e2e

import (
	"fmt"
	"os"
	"testing"
)

// waiting is how many documents wait in BenchmarkBacklog.
const waiting = 4

// BenchmarkBacklog measures what a document costs that is sent alone, and what each further document
// of a backlog costs: both as bytes of TCP, and as a ratio within one run.
func BenchmarkBacklog(b *testing.B) {
	s := consenting(b, bin)
	hour := 0
	send := func() (bytes int64) {
		b.Helper()
		c := s.Host("send")
		c.Env = append(os.Environ(), fmt.Sprintf("%s=%dh", laterBy, hour))
		hour++
		before := s.Point.BytesIn() + s.Point.BytesOut()
		if out, err := c.CombinedOutput(); err != nil && s.Point.Status() != 503 {
			b.Fatalf("send: %v\n%s", err, out)
		}
		return s.Point.BytesIn() + s.Point.BytesOut() - before
	}
	var alone, together int64
	for b.Loop() {
		alone += send()
		for range waiting - 1 {
			if err := s.Point.Behave("status:503"); err != nil {
				b.Fatal(err)
			}
			send()
		}
		together += send()
	}
	if got, want := len(s.Point.Received()), b.N*(1+waiting); got != want {
		b.Errorf("received %d documents, want %d", got, want)
	}
	further := float64(together-alone) / (waiting - 1)
	b.ReportMetric(float64(alone)/float64(b.N), "alone-B")
	b.ReportMetric(further/float64(b.N), "further-B")
	b.ReportMetric(further/float64(alone), "further/alone")
}
