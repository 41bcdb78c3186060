package usage

import (
	"regexp"
	"testing"
)

// The patterns of the document's schema.
var (
	schemaProduct = regexp.MustCompile(`^[a-z][a-z0-9]{1,31}$`)
	schemaID      = regexp.MustCompile(`^[a-z][a-z0-9]{1,31}-[0-9]{8}T[0-9]{2}00Z-[0-9a-hjkmnp-tv-z]{26}$`)
)

// SEND-1: an id is what the document's schema says, with an hour that exists.
func FuzzParseID(f *testing.F) {
	for _, id := range []string{
		"acme-20260301T1300Z-00000000000000000000000000", "acme-20260301T1300Z-0000000000000000000000000z",
		"acme-20261301T1300Z-00000000000000000000000000", "acme-20260301T1330Z-00000000000000000000000000",
		"acme-20260301T1300Z-0000000000000000000000000l", "acme-20260301T1300Z-000000000000000000000000000",
		"d-20260301T1300Z-00000000000000000000000000", "Acme-20260301T1300Z-00000000000000000000000000",
		"acme-20260301T1300Z-00000000000000000000000000-", "acme--20260301T1300Z", "", "-", "acmë",
		"acme-20260301T2500Z-00000000000000000000000000", "acme-20260229T1300Z-00000000000000000000000000",
		"abcdefghijklmnopqrstuvwxyz0123456", "abcdefghijklmnopqrstuvwxyz012345", "a1", "1a",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if got, want := IsProduct(id), schemaProduct.MatchString(id); got != want {
			t.Errorf("%q: got product %v want %v", id, got, want)
		}
		product, period, ok := ParseID(id)
		if ok && (!schemaID.MatchString(id) || id[:len(id)-tokenSize] != product+"-"+period.String()+"-") {
			t.Errorf("%q: got product %q, period %v", id, product, period)
		}
		if !ok && schemaID.MatchString(id) {
			if _, err := ParsePeriod(id[len(id)-tokenSize-len(stamp)-1 : len(id)-tokenSize-1]); err == nil {
				t.Errorf("%q: got no id", id)
			}
		}
	})
}
