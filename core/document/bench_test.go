package document_test

import (
	"fmt"
	"testing"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// BenchmarkEncodeDropped encodes a document of which so many fields are dropped, as too large or because the gate finds
// something in them. Each ns/field should be about the same.
func BenchmarkEncodeDropped(b *testing.B) {
	for _, fields := range []int{1_000, 10_000} {
		for name, value := range map[string]any{"too large": "8L200353429AFC", "withheld": "jsmith-0001"} {
			p := wide(fields)
			var observed []usage.Observation
			for _, c := range p.Categories {
				for _, f := range c.Fields {
					observed = append(observed, seen(c.Name, f.Name, value))
				}
			}
			m := cycle(b, p, observed...)
			b.Run(fmt.Sprintf("%s/%d", name, fields), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := m.document().Encode(m.gate); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*fields), "ns/field")
			})
		}
	}
}

// wide is a profile of so many fields in categories of a hundred, of which about half fit into a document.
func wide(fields int) profile.Profile {
	p := profile.Profile{ID: "acme", Name: "Acme", Version: 1, Limits: profile.Limits{Document: int64(fields) * 15}}
	for c := range fields / 100 {
		category := profile.Category{Name: fmt.Sprint("c", c)}
		for f := range 100 {
			category.Fields = append(category.Fields, profile.Field{Name: fmt.Sprint("f", f), Kind: kind.Serial})
		}
		p.Categories = append(p.Categories, category)
	}
	return p
}
