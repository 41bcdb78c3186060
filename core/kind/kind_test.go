package kind

import "testing"

// ANON-1: a kind that this version does not know is suppressed. ANON-2: serial numbers and licenses
// are kept.
func TestTreatmentOfKinds(t *testing.T) {
	for kind, want := range map[Kind]Treatment{
		"": Suppress, "passcode": Suppress, "Count": Suppress,
		Count: Keep, Serial: Keep, License: Keep, Enum: Keep,
		Hostname: Pseudonymize, Address: Pseudonymize, Name: Pseudonymize, User: Pseudonymize,
		Text: Scrub,
	} {
		if got := kind.Treatment(); got != want {
			t.Errorf("%q: got %v want %v", kind, got, want)
		}
	}
	if Treatment(9).String() != "suppress" {
		t.Errorf("unknown treatment: got %s want suppress", Treatment(9))
	}
}
