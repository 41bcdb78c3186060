package upload

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	documents "polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/collectionpoint"
)

// BenchmarkWire sends documents of three sizes through the gate to the stand-in of a collection point and reports the
// bytes at the socket: in a first TLS session and in one that goes on from it, packed by gzip and by zstd. The
// documents are a profile's own, made of values of each field's kind and treated as on an appliance; their lists are as
// long as the size wants.
func BenchmarkWire(b *testing.B) {
	packs := map[string]func([]byte) ([]byte, error){"gzip": withGzip, "zstd": withZstd}
	for _, size := range []int{20_000, 40_000, 60_000} {
		body := realistic(b, size)
		for _, coding := range []string{"gzip", "zstd"} {
			for _, session := range []string{"first", "resumed"} {
				b.Run(fmt.Sprintf("%dKB/%s/%s", size/1000, coding, session), func(b *testing.B) {
					benchmarkWire(b, body, session == "resumed", func(body []byte) (string, []byte, error) {
						content, err := packs[coding](body)
						return coding, content, err
					})
				})
			}
		}
	}
}

func benchmarkWire(b *testing.B, body []byte, resumed bool, pack func([]byte) (string, []byte, error)) {
	point, config := startPoint(b, collectionpoint.Config{})
	var in, out int64
	var s *Sender
	n := 0
	send := func() {
		g := gated(b, point.Address())
		if s == nil || !resumed {
			s = sender(b, config, pack)
		}
		s.config.DialContext = straight(g)
		n++
		if err := s.Send(b.Context(), fmt.Sprint("document-", n), body); err != nil {
			b.Fatal(err)
		}
		cameIn, wentOut := g.Wire()
		in, out = in+cameIn, out+wentOut
	}
	if resumed {
		send() // the first session, which does not count
		in, out = 0, 0
	}
	for b.Loop() {
		send()
	}
	if got, want := point.Resumed(), b.N; resumed && got != want || !resumed && got != 0 {
		b.Fatalf("resumed %d sessions of %d", got, want)
	}
	_, content, err := pack(body)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(body)), "document-B")
	b.ReportMetric(float64(len(content)), "packed-B")
	b.ReportMetric(float64(out)/float64(b.N), "wire-out-B/op")
	b.ReportMetric(float64(in)/float64(b.N), "wire-in-B/op")
	b.ReportMetric(float64(in+out)/float64(b.N), "wire-B/op")
}

func sender(b *testing.B, config Config, pack func([]byte) (string, []byte, error)) *Sender {
	s, err := New(config)
	if err != nil {
		b.Fatal(err)
	}
	s.pack = pack
	return s
}

// realistic is a document of about this size.
func realistic(tb testing.TB, size int) []byte {
	tb.Helper()
	folders, err := filepath.Glob("../../plugins/*/profile.yaml")
	if err != nil || len(folders) == 0 {
		tb.Fatalf("no profile is found: %v", err)
	}
	var best []byte
	for _, folder := range folders {
		p, err := profile.Load(filepath.Dir(folder))
		if err != nil {
			tb.Fatal(err)
		}
		for entries := 1; entries < 3000; entries += 1 + entries/40 {
			body := documentOf(tb, p, entries)
			if abs(len(body)-size) < abs(len(best)-size) {
				best = body
			}
			if len(body) > size {
				break
			}
		}
	}
	if abs(len(best)-size) > size/20 {
		tb.Fatalf("document: got %d bytes, want about %d", len(best), size)
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// documentOf makes the profile's document with so many entries in each list.
func documentOf(tb testing.TB, p profile.Profile, entries int) []byte {
	tb.Helper()
	g := generator{rand.New(rand.NewPCG(1, uint64(entries))), entries}
	var seen []usage.Observation
	for i, c := range p.Categories {
		p.Categories[i].Fields = lengthen(c.Fields, entries)
		for _, f := range p.Categories[i].Fields {
			seen = append(seen, usage.Observation{Category: c.Name, Field: usage.Raw(f.Name), Value: g.value(f)})
		}
	}
	p.Limits.Document = 1 << 20 // so that no category gives way while we look for the size
	key := anonymize.EphemeralKey()
	treated := anonymize.Treat(key, p, someNames(tb), seen)
	start := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	header := documents.Header{ID: id, System: key.System(), Period: usage.PeriodFrom(start), Profile: p, Host: "1.0.0",
		Plugin: "1.0.0"}
	body, _, err := documents.New(header, treated.Facts, nil, treated.Tally).Encode(treated.Gate)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

func lengthen(fields []profile.Field, entries int) []profile.Field {
	var longer []profile.Field
	for _, f := range fields {
		if f.List > 0 {
			f.List = entries
		}
		longer = append(longer, f)
	}
	return longer
}

func someNames(tb testing.TB) anonymize.Names {
	tb.Helper()
	root := tb.TempDir()
	for name, text := range map[string]string{
		"hostname": "kestrel-07.clinic.example.org\n", "hosts": "10.33.7.99 kestrel-07\n",
		"passwd": "xjquimby:x:1000:1000::/:/bin/bash\n",
	} {
		if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	names, err := anonymize.Appliance(root)
	if err != nil {
		tb.Fatal(err)
	}
	return names
}
