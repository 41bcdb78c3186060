package leak

import (
	"fmt"
	"strings"
	"testing"

	"polycom.com/usagedata/core/kind"
)

// BenchmarkGate measures what a cycle with so many names costs before the gate looks at anything, and what a look
// costs.
func BenchmarkGate(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 50_000} {
		values := crowd(n)
		b.Run(fmt.Sprint("build/", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gateFor(values...)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/name")
		})
		g, lines := gateFor(values...), harmless(1000)
		b.Run(fmt.Sprint("find/", n), func(b *testing.B) {
			b.SetBytes(int64(len(strings.Join(lines, ""))))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range lines {
					if rule, found := g.Find(line, nil); found {
						b.Fatalf("got %q in %q", rule, line)
					}
				}
			}
		})
	}
}

// crowd are n values of several kinds.
func crowd(n int) []value {
	var all []value
	for i := range n / 4 {
		all = append(all, value{kind.Address, fmt.Sprintf("10.%d.%d.%d", 33+i/62500, i/250%250, i%250)},
			value{kind.MAC, fmt.Sprintf("00e0db%06x", i*977)},
			value{kind.Hostname, fmt.Sprintf("vienna-%d.clinic.example.org", i)},
			value{kind.User, fmt.Sprintf("jsmith%d", 10000+i)})
	}
	return all
}

// harmless are values of which nothing is in a crowd: versions, serial numbers, texts.
func harmless(n int) []string {
	var all []string
	for i := range n {
		all = append(all, []string{
			fmt.Sprintf("6.4.0.%d", i), fmt.Sprintf("8L2003534%05XAFC", i), fmt.Sprintf("name-%026d", i),
			fmt.Sprintf("conference service started, version 6.4.0.%d, status active, %d users", i%200, i%40),
		}[i%4])
	}
	return all
}
