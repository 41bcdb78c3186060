package anonymize_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/usage"
)

// lines are what a plugin may log or send as text: mostly known words, an identifier in every third line.
func lines(n int) string {
	var out strings.Builder
	for i := range n {
		switch i % 3 {
		case 0:
			fmt.Fprintf(&out, "connection to 10.33.%d.%d:5061 failed after %d ms: timed out\n", i/250%250, i%250, i%900)
		case 1:
			fmt.Fprintf(&out, "conference service started, version 6.4.0.%d, status active, %d users\n", i%200, i%40)
		default:
			fmt.Fprintf(&out, "registration of boardroom-%d by jsmith%d refused: credentials not valid\n", i%300, i%90)
		}
	}
	return out.String()
}

// patterns are eight that published scrubbers have, for comparison in the same run.
var patterns = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:\d{1,3}\.){3}\d{1,3}\b`),
	regexp.MustCompile(`(?i)\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{1,4}\b`),
	regexp.MustCompile(`(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b`),
	regexp.MustCompile(`(?i)\b[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}\b`),
	regexp.MustCompile(`(?i)\b(?:[a-z0-9-]+\.)+(?:com|net|org|local|lan|corp)\b`),
	regexp.MustCompile(`(?i)\bsips?:[^\s>;]+`),
	regexp.MustCompile(`\+\d[\d ()-]{6,}\d`),
	regexp.MustCompile(`(?i)\bhttps?://\S+`),
}

// crowd is a cycle in which n values of several kinds were pseudonymized.
func crowd(n int) *anonymize.Anonymizer {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	for i := range n / 4 {
		a.Apply([]usage.Observation{
			seen("named", "address", fmt.Sprintf("10.33.%d.%d", i/250, i%250)), seen("named", "mac", fmt.Sprintf("00e0db%06x", i*977)),
			seen("named", "hostname", fmt.Sprintf("vienna-%d.clinic.example.org", i)), seen("named", "user", fmt.Sprintf("jsmith%d", 10000+i)),
		})
	}
	return a
}

func BenchmarkScrub(b *testing.B) {
	text := strings.Split(lines(3000), "\n")
	size := int64(len(lines(3000)))
	b.Run("scrubber", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		s := anonymize.NewScrubber(anonymize.EphemeralKey(), nil)
		for b.Loop() {
			for _, line := range text {
				s.Scrub(line)
			}
		}
	})
	b.Run("eight regexps", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, line := range text {
				for _, p := range patterns {
					line = p.ReplaceAllString(line, "[removed]")
				}
			}
		}
	})
	b.Run("bytes.Count", func(b *testing.B) {
		whole := []byte(lines(3000))
		b.SetBytes(size)
		for b.Loop() {
			bytes.Count(whole, []byte("10.33.7.21"))
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Split(lines(3000), "\n")
	names, err := anonymize.Appliance()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{0, 100, 1000} {
		g := anonymize.NewLeakGate(names, crowd(n))
		harmless := make([]string, 0, len(text))
		for _, line := range text {
			if _, found := g.Find(line); !found {
				harmless = append(harmless, line)
			}
		}
		b.Run(fmt.Sprint(n, " values"), func(b *testing.B) {
			b.SetBytes(int64(len(strings.Join(harmless, "\n"))))
			b.ReportAllocs()
			for b.Loop() {
				for _, line := range harmless {
					g.Find(line)
				}
			}
		})
	}
}

// What the gate costs in each cycle before it looks at anything.
func BenchmarkNewLeakGate(b *testing.B) {
	names, err := anonymize.Appliance()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{100, 1000} {
		a := crowd(n)
		b.Run(fmt.Sprint(n, " values"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				anonymize.NewLeakGate(names, a)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	list := []usage.Observation{seen("kept", "users", int64(1)), seen("named", "address", "10.33.7.21"), seen("named", "site", "Wien")}
	for b.Loop() {
		a.Apply(list)
	}
}
