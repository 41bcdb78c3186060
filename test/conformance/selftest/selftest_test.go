package selftest

import (
	"slices"
	"testing"

	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/shelf"
)

// PLUG-2: each plugin is meant for an existing check, and each check has a plugin.
func TestEachCheckHasAPlugin(t *testing.T) {
	unproven := map[string]bool{}
	for _, c := range checks.All() {
		unproven[c.ID] = true
	}
	ids := len(unproven)
	for _, p := range shelf.ForSuite() {
		is := slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return c.ID == p.Check })
		if is == (p.Name == shelf.Sound) {
			t.Errorf("%s: got the check %q, want one that there is, and none for %s", p.Name, p.Check, shelf.Sound)
		}
		delete(unproven, p.Check)
	}
	if ids == 0 || len(unproven) > 0 {
		t.Errorf("no broken plugin is meant for %v, of %d checks", unproven, ids)
	}
}
