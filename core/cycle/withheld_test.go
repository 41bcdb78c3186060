package cycle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// P5, ANON-1: each document that lacks a withheld field has a line in the journal. From the third
// document in a row on, the line has a hint, once a date.
func TestWithheldInThreeDocuments(t *testing.T) {
	const rule, address = "name in the hosts file", int64(10<<24 | 33<<16 | 7<<8 | 21) // of the appliance
	a := newAppliance(t)
	a.now = time.Date(2026, 3, 1, 10, 20, 0, 0, time.Local)
	a.Profile.Categories = append(slices.Clone(acme.Categories),
		profile.Category{Name: "limits", Fields: []profile.Field{{Name: "ports", Kind: kind.Count}}})
	a.decide(t, consent.Allowed)
	for i, c := range []struct {
		hours int
		value int64
		said  bool
	}{
		{1, address, false}, {1, address, false}, {1, address, true}, {2, address, false}, {24, address, true},
		{1, 500, false},
		{1, address, false}, {1, address, false}, {1, address, true},
	} {
		a.now = a.now.Add(time.Duration(c.hours) * time.Hour)
		a.product.more = []usage.Observation{{Category: "limits", Field: usage.Raw("ports"), Value: usage.Raw(c.value)}}
		result, err := a.Run(t.Context())
		if err != nil || result.Made == nil {
			t.Fatalf("document %d: got %+v and %v", i, result, err)
		}
		lines, _ := a.Journal.Last(10)
		reason := ""
		for _, line := range lines {
			if line.ID == result.Made.ID && line.Field == "limits.ports" {
				reason = line.Reason
			}
		}
		if strings.HasPrefix(reason, rule) != (c.value == address) || strings.Contains(reason, "/etc/hosts") != c.said {
			t.Errorf("document %d: got %q, want a hint: %t", i, reason, c.said)
		}
	}
}
