package kind

import (
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the page for authors in other languages gives the length limits of values.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/kind", map[string]any{
		"a version":       wirepage.Bytes(maxVersion),
		"a serial number": wirepage.Bytes(maxSerial),
		"a license":       wirepage.Bytes(maxLicense),
	})
}

// The page for authors in other languages lists exactly the known kinds, with their treatments.
func TestThePageHasTheKinds(t *testing.T) {
	page := map[Kind]string{}
	for _, row := range wirepage.Rows(t, "kind") {
		page[Kind(row[0])] = row[2]
		if k := Kind(row[0]); !k.Known() {
			t.Errorf("%s: the page has it, the table has not", k)
		}
	}
	for _, row := range All() {
		k := row.Kind
		if want := k.Treatment().String(); page[k] != want {
			t.Errorf("%s: got %q want %q", k, page[k], want)
		}
	}
}
