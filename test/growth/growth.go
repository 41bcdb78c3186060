// Package growth compares what the same work costs with little and with much of something. Both take
// turns within one benchmark, so that other load affects both, and the ratio can be compared between
// machines.
package growth

import (
	"slices"
	"testing"
	"time"
)

// Compare runs few and many by turns, and reports the median of each and their ratio. times is how
// much more of the thing many has: a ratio that is near it means that the cost is proportional.
func Compare(b *testing.B, times float64, few, many func()) {
	b.Helper()
	var took [2][]time.Duration
	for b.Loop() {
		for i, work := range []func(){few, many} {
			began := time.Now()
			work()
			took[i] = append(took[i], time.Since(began))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(took[0]), "few-µs")
	b.ReportMetric(middle(took[1]), "many-µs")
	b.ReportMetric(middle(took[1])/middle(took[0]), "many/few")
	b.ReportMetric(times, "times-as-many")
}

func middle(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)/2].Nanoseconds()) / 1000
}
