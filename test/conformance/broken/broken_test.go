package broken

import (
	"slices"
	"testing"

	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/shelf"
)

// PLUG-2: whoever puts a plugin on the shelf says by which check the suite finds it, or why it can't.
func TestTheShelfIsWhole(t *testing.T) {
	found, elsewhere := foundBy(), Elsewhere()
	for _, p := range shelf.Plugins() {
		_, is := found[p.Name]
		if why := elsewhere[p.Name]; is == (why != "") {
			t.Errorf("%s: found by a check: %v; not by any, because: %q; want one of the two", p.Name, is, why)
		}
		delete(elsewhere, p.Name)
	}
	for name := range elsewhere {
		t.Errorf("%s is elsewhere, and not on the shelf", name)
	}
}

// Each plugin is one, says what it does wrong, and names a check that there is.
func TestEachPluginIsMeantForACheck(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Plugins() {
		if seen[p.Name] || p.Wrong == "" {
			t.Errorf("%s: another one has the name, or it does not say what it does wrong: %q", p.Name, p.Wrong)
		}
		seen[p.Name] = true
		is := slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return c.ID == p.Check })
		if is == (p.Name == Sound) {
			t.Errorf("%s: got the check %q, want one that there is, and none for %s", p.Name, p.Check, Sound)
		}
	}
	if len(seen) < 40 {
		t.Errorf("got %d plugins, want 40 at least", len(seen))
	}
}
