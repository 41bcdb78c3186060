package kind

import (
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: how long a value may be is what an author in another language reads.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/kind", map[string]any{
		"a version":       wirepage.Bytes(maxVersion),
		"a serial number": wirepage.Bytes(maxSerial),
		"a license":       wirepage.Bytes(maxLicense),
	})
}

// Every kind is on the page for authors in other languages, with its treatment, and no other.
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
