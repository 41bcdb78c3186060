package anonymize_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
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

// BenchmarkTreat measures a cycle of mixed values, in lists of records and each in a field of its own.
func BenchmarkTreat(b *testing.B) {
	for shape, made := range map[string]func(n int) (profile.Profile, []usage.Observation){"records": inRecords,
		"fields": inFields} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			p, raw := made(n)
			b.Run(fmt.Sprint(shape, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				key, names := anonymize.EphemeralKey(), machine()
				for b.Loop() {
					if r := anonymize.Treat(key, p, names, raw); r.Tally.Total() != n || r.Tally.Suppressed+r.Tally.Undeclared > 0 {
						b.Fatalf("got %+v, want all %d sent", r.Tally, n)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/observation")
			})
		}
	}
}

// mixed is a value of the kind whose turn it is; one in forty is a text.
func mixed(i int) (kind.Kind, usage.Value) {
	switch {
	case i%40 == 39:
		return kind.Text, usage.Raw(fmt.Sprintf("connection to 10.33.%d.%d:5061 failed after %d ms", i/250%250, i%250, i%900))
	case i%4 == 0:
		return kind.Count, usage.Raw(int64(i))
	case i%4 == 1:
		return kind.Address, usage.Raw(fmt.Sprintf("10.%d.%d.%d", 33+i/62500, i/250%250, i%250))
	case i%4 == 2:
		return kind.Hostname, usage.Raw(fmt.Sprintf("vienna-%d.clinic.example.org", i))
	default:
		return kind.Version, usage.Raw(fmt.Sprintf("6.4.0-%d", i))
	}
}

func inRecords(n int) (profile.Profile, []usage.Observation) {
	p, list := acme(), usage.List{}
	p.Categories = []profile.Category{{Name: "peers",
		Fields: []profile.Field{{Name: "peer", List: n, Fields: []profile.Field{
			{Name: "count", Kind: kind.Count}, {Name: "address", Kind: kind.Address}, {Name: "hostname", Kind: kind.Hostname},
			{Name: "version", Kind: kind.Version}, {Name: "text", Kind: kind.Text},
		}}}}}
	for i := 0; i < n; i += 4 {
		record := usage.Record{}
		for j := range 4 {
			k, v := mixed(i + j)
			record[string(k)] = v
		}
		list = append(list, usage.Raw(record))
	}
	return p, []usage.Observation{{Category: "peers", Field: usage.Raw("peer"), Value: usage.Raw(list)}}
}

func inFields(n int) (profile.Profile, []usage.Observation) {
	p, raw := acme(), []usage.Observation{}
	p.Categories = []profile.Category{{Name: "all"}}
	for i := range n {
		k, v := mixed(i)
		name := fmt.Sprint("field_", i)
		p.Categories[0].Fields = append(p.Categories[0].Fields, profile.Field{Name: name, Kind: k})
		raw = append(raw, usage.Observation{Category: "all", Field: usage.Raw(name), Value: v})
	}
	return p, raw
}
