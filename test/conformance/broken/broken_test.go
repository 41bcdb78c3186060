package broken

import (
	"slices"
	"testing"

	"polycom.com/usagedata/test/conformance/checks"
	"polycom.com/usagedata/test/shelf"
)

// PLUG-2: whoever puts a plugin on the shelf says by which check the suite finds it, or why it can't.
func TestTheShelfIsWhole(t *testing.T) {
	found, others := foundBy(), elsewhere()
	for _, p := range shelf.Plugins() {
		_, is := found[p.Name]
		if why := others[p.Name]; is == (why != "") {
			t.Errorf("%s: found by a check: %v; not by any, because: %q; want one of the two", p.Name, is, why)
		}
		delete(others, p.Name)
	}
	for name := range others {
		t.Errorf("%s is elsewhere, and not on the shelf", name)
	}
}

// Each plugin is one, says what it does wrong, and names a check that there is; and each check has one.
func TestEachPluginIsMeantForACheck(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Plugins() {
		if seen[p.Name] || p.Wrong == "" {
			t.Errorf("%s: another one has the name, or it does not say what it does wrong: %q", p.Name, p.Wrong)
		}
		seen[p.Name] = true
		is := slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return c.ID == p.Check })
		if is == (p.Name == sound) {
			t.Errorf("%s: got the check %q, want one that there is, and none for %s", p.Name, p.Check, sound)
		}
	}
	for _, c := range checks.All() {
		if !slices.ContainsFunc(Plugins(), func(p Plugin) bool { return p.Check == c.ID }) {
			t.Errorf("no broken plugin is meant for %s", c.ID)
		}
	}
}

// elsewhere says of the other plugins of the shelf why no check is for them.
func elsewhere() map[string]string {
	return map[string]string{
		"good": "it does nothing wrong; its profile declares what it never sends, which the suite's own sound " +
			"plugin does not",
		"replaced":      "the trial replaces the binary: package product refuses it before it is started",
		"swapped":       "the trial swaps the binary while the host starts it",
		"emptydescribe": "it breaks five rules of the description at once; describesless breaks one",
		"killed":        "the trial kills it; left alone it hangs in Collect, as hangscollect does",
		"stopped":       "the trial stops it; left alone it hangs in Collect, as hangscollect does",
		"stopsearly":    "the trial stops it; left alone it never shakes hands, as mute does",
		"survives":      "the trial kills its host; left alone it hangs in Collect, as hangscollect does",
		"clings":        "the trial kills its host; left alone it hangs in Collect, as hangscollect does",
		"floodsbroker":  "it floods who asks go-plugin's broker: no host does, and the suite neither",
		"readskey":      "it only reads: what a plugin may read the host's confinement sees to",
		"looksinside":   "it only reads: what a plugin may read the host's confinement sees to",
	}
}
