package broken

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/conformance/receiver"
)

// COLL-1, COLL-3, COLL-4: each fault fails the check that is meant for it; the sound collection point
// fails none. That no other check fails takes a minute: `conformance receiver -self-test`.
func TestFaultsAreFound(t *testing.T) {
	var out strings.Builder
	code, err := Run(t.Context(), Config{Out: &out, Brief: true})
	if err != nil || code != 0 {
		t.Errorf("got exit %d, %v\n%s", code, err, &out)
	}
	if testing.Verbose() {
		t.Log(&out)
	}
}

// Each check has a fault that it finds. Go's server cannot send many tickets: the receiver's own tests
// judge them.
func TestEachCheckHasAFault(t *testing.T) {
	for _, c := range receiver.All() {
		if c.ID != "tls.tickets" && !slices.ContainsFunc(faults(), func(f fault) bool { return f.check == c.ID }) {
			t.Errorf("%s: no fault is meant for it", c.ID)
		}
	}
	for _, f := range faults() {
		if (f.check == "") != (f.name == sound) {
			t.Errorf("%s: got the check %q", f.name, f.check)
		}
	}
}
