package shelf

import (
	"testing"

	"polycom.com/usagedata/core/profile"
)

// Every plugin can be installed under its name, and has the facts that a reader of the table needs:
// the host's reaction, the check of the suite that finds it, or both.
func TestTheShelfIsInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range plugins() {
		if seen[p.Name] {
			t.Errorf("%s is there twice", p.Name)
		}
		seen[p.Name] = true
		installed, err := profile.Parse(p.Profile())
		if err != nil || installed.ID != p.Name || p.Limit == Late && installed.Limits.Collect != Collect {
			t.Errorf("%s: got a profile of %q, %v, %v to collect", p.Name, installed.ID, err, installed.Limits.Collect)
		}
		if p.Wrong == "" || p.live == nil || p.Name != Sound && (p.Check == "") == (p.Unchecked == "") {
			t.Errorf("%s is incomplete: %+v", p.Name, p)
		}
		if p.Ends == "" && p.Check == "" || p.Ends == Refused && p.Says == "" {
			t.Errorf("%s: whoever tries it does not know what to look for", p.Name)
		}
		if p.Quick && (p.Limit > Soon || p.Needs != "" || p.Kill || p.Alone) {
			t.Errorf("%s is not quick", p.Name)
		}
	}
	if got, want := len(Quick()), 30; got < want {
		t.Errorf("got %d quick plugins want at least %d", got, want)
	}
}

// The raw bytes are counts with one field of this value, and no more than the host accepts.
func TestNestedStaysBelowTheLimit(t *testing.T) {
	for levels, most := range map[int]int{3_000: 1 << 20, 10_000: 1 << 20} {
		if got := len(counts("rooms", nested(levels))); got < 2*levels || got > most {
			t.Errorf("%d levels take %d bytes: the size would be refused, and not the depth", levels, got)
		}
	}
}
