package checks

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

var (
	goodID      = regexp.MustCompile(`^[a-z]+\.[a-z]+$`)
	requirement = regexp.MustCompile(`(?m)^\| ((?:SEND|CAT|ANON|CONS|VIEW|DNS|REG|PLUG)-[^ |]+(?:, \d)*) \|`)
)

// PLUG-2: each check has an id, a rule and a reason, for the readers of a report.
func TestEachCheckIsComplete(t *testing.T) {
	seen, players := map[string]bool{}, map[scene.Name]int{}
	for _, c := range All() {
		if !goodID.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("%s: the id is none, or another check has it", c.ID)
		}
		seen[c.ID] = true
		if c.Level != result.Required && c.Level != result.Recommended {
			t.Errorf("%s: got level %q", c.ID, c.Level)
		}
		if len(c.Serves) == 0 || len(c.Of) == 0 || c.Judge == nil {
			t.Errorf("%s: it serves nothing, looks at nothing, or judges nothing", c.ID)
		}
		for _, name := range c.Of {
			players[name] += 0
			if slices.Contains(c.Plays, name) {
				players[name]++
			}
		}
		for _, text := range []string{c.Holds, c.Why} {
			if !strings.HasSuffix(text, ".") || !unicode.IsUpper([]rune(text)[0]) {
				t.Errorf("%s: %q is no sentence", c.ID, text)
			}
		}
	}
	for name, n := range players {
		if n != 1 {
			t.Errorf("the time of scene %s is given for %d checks, want one of those that judge it", name, n)
		}
	}
	if len(seen) < 60 {
		t.Errorf("got %d checks, want 60 at least", len(seen))
	}
}

// The checks of a topic follow each other, so that a report has each topic once.
func TestTopicsAreContiguous(t *testing.T) {
	var topics []string
	for _, c := range All() {
		if topic := Topic(c.ID); len(topics) == 0 || topics[len(topics)-1] != topic {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	if len(slices.Compact(slices.Clone(topics))) != len(topics) {
		t.Errorf("got the topics %v, want each once", topics)
	}
}

// Each requirement has a check, or a reason why there is none; and each check serves existing
// requirements only.
func TestEachRequirementHasACheck(t *testing.T) {
	text, err := os.ReadFile("../../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, match := range requirement.FindAllStringSubmatch(string(text), -1) {
		for _, id := range splitIDs(match[1]) {
			known[id] = false
		}
	}
	if len(known) < 10 {
		t.Fatalf("got %d requirements of CONTRIBUTING.md", len(known))
	}
	for _, c := range All() {
		for _, id := range c.Serves {
			if _, is := known[id]; !is {
				t.Errorf("%s serves %s, which is no requirement", c.ID, id)
			}
			known[id] = true
		}
	}
	for id, served := range known {
		if why := withoutCheck()[id]; served == (why != "") {
			t.Errorf("%s: served by a check: %v; the host's alone: %q", id, served, why)
		}
	}
}

// splitIDs splits `VIEW-1…3` into three ids and `PLUG-1, 2` into two; a name for a whole list stays
// one.
func splitIDs(written string) []string {
	name, rest, _ := strings.Cut(written, "-")
	switch {
	case strings.Contains(written, "CONS"):
		return []string{written}
	case strings.Contains(rest, "…"):
		return []string{name + "-1", name + "-2", name + "-3"}
	case strings.Contains(rest, ", "):
		var ids []string
		for _, n := range strings.Split(rest, ", ") {
			ids = append(ids, name+"-"+n)
		}
		return ids
	}
	return []string{written}
}

// withoutCheck maps each requirement without a check to the reason why a plugin can neither keep
// nor break it. The ids are those of CONTRIBUTING.md.
func withoutCheck() map[string]string {
	return map[string]string{
		"SEND-1": "the host decides when to make a document, and makes one for each hour: a plugin only answers",
		"SEND-2": "only the host sends: a plugin that connects anywhere except to its sources is found by " +
			"readonly.network",
		"SEND-3":   "the host's gate keeps the window; a plugin has nothing to send by",
		"VIEW-1":   "analytics.json and the journal are the host's",
		"VIEW-2":   "the log archive is the host's",
		"CONS-1…5": "a plugin is not started without consent",
		"DNS-1":    "the fallback name server is asked by the host, for the collection point only",
		"REG-1":    "the registry lists folders: an announced model has no plugin",
	}
}
