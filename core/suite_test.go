package core_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

const suite = "test/conformance"

// suitePlan is the content of test/conformance/floors.txt.
type suitePlan struct {
	floor   map[string]int
	imports map[string][]string // packages of core and test, by package of the suite
}

func readSuitePlan(t *testing.T) suitePlan {
	p := suitePlan{map[string]int{}, map[string][]string{}}
	for _, words := range planLines(t, "../test/conformance/floors.txt") {
		floor, err := strconv.Atoi(words[0])
		if err != nil || len(words) < 2 {
			t.Fatalf("%q is no floor with a package", words)
		}
		p.floor[words[1]], p.imports[words[1]] = floor, words[2:]
	}
	return p
}

func ofSuite(name string) bool { return name == suite || strings.HasPrefix(name, suite+"/") }

// broken returns the rule that an import breaks, or "" if it breaks none.
func (p suitePlan) broken(from, to string) string {
	floor, listed := p.floor[from]
	below, known := p.floor[to]
	switch {
	case !listed:
		return "the package is on no floor"
	case !ofSuite(to) && !slices.Contains(p.imports[from], to):
		return "the import is not listed"
	case ofSuite(to) && !known:
		return "the imported package is on no floor"
	case ofSuite(to) && below >= floor:
		return "imports go down only"
	}
	return ""
}

// The conformance suite is a program of its own: imports go down only, and its imports from the
// rest of the module are listed.
func TestTheSuitesImportsGoDownOnly(t *testing.T) {
	p := readSuitePlan(t)
	for _, g := range house(t) {
		if !ofSuite(g.name()) || len(g.GoFiles) == 0 {
			continue
		}
		for _, to := range ours(g.Imports) {
			if rule := p.broken(g.name(), to); rule != "" {
				t.Errorf("test/conformance/floors.txt: %s imports %s: %s", g.name(), to, rule)
			}
		}
		for _, to := range p.imports[g.name()] {
			if !slices.Contains(ours(g.Imports), to) {
				t.Errorf("test/conformance/floors.txt lists %s for %s, which does not import it", to, g.name())
			}
		}
		delete(p.imports, g.name())
	}
	for name := range p.imports {
		t.Errorf("test/conformance/floors.txt lists %s, which is no package", name)
	}
}

// Each rule catches the import that it forbids.
func TestTheSuitesRulesCatch(t *testing.T) {
	p := readSuitePlan(t)
	for _, tt := range []struct{ from, to, want string }{
		{suite + "/checks", suite + "/scene", ""},
		{suite + "/checks", "core/kind", ""},
		{suite + "/scene", suite + "/checks", "imports go down only"},
		{suite + "/observe", suite + "/result", "imports go down only"},
		{suite + "/result", "core/kind", "the import is not listed"},
		{suite, "test/stage", "the import is not listed"},
		{suite, suite + "/other", "the imported package is on no floor"},
		{suite + "/other", "core/kind", "the package is on no floor"},
	} {
		if got := p.broken(tt.from, tt.to); got != tt.want {
			t.Errorf("%s imports %s: got %q want %q", tt.from, tt.to, got, tt.want)
		}
	}
}
