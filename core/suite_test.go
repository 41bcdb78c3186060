package core_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

const suite = "test/conformance"

// listing is a part of the repository that keeps to a plan of its own: its packages with their floors,
// and all that they import from elsewhere in the repository.
type listing struct {
	plan   string // the file
	root   string // the part's topmost package
	module string // the folder of the part's module
}

var listings = []listing{
	{"../test/conformance/floors.txt", suite, ".."},
	{"../collect/floors.txt", "collect", "../collect"},
}

// listedPlan is the content of a listing's file.
type listedPlan struct {
	listing
	floor   map[string]int
	imports map[string][]string // packages outside the listing, by package
}

func (l listing) read(t *testing.T) listedPlan {
	p := listedPlan{l, map[string]int{}, map[string][]string{}}
	for _, words := range planLines(t, l.plan) {
		floor, err := strconv.Atoi(words[0])
		if err != nil || len(words) < 2 {
			t.Fatalf("%s: %q is no floor with a package", l.plan, words)
		}
		p.floor[words[1]], p.imports[words[1]] = floor, words[2:]
	}
	return p
}

func (l listing) has(name string) bool { return name == l.root || strings.HasPrefix(name, l.root+"/") }

// broken returns the rule that an import breaks, or "" if it breaks none.
func (p listedPlan) broken(from, to string) string {
	floor, listed := p.floor[from]
	below, known := p.floor[to]
	switch {
	case !listed:
		return "the package is on no floor"
	case !p.has(to) && !slices.Contains(p.imports[from], to):
		return "the import is not listed"
	case p.has(to) && !known:
		return "the imported package is on no floor"
	case p.has(to) && below >= floor:
		return "imports go down only"
	}
	return ""
}

// The conformance suite is a program of its own, and the vendor's side a module: imports go down only,
// and their imports from the rest of the repository are listed.
func TestListedImportsGoDownOnly(t *testing.T) {
	for _, l := range listings {
		p := l.read(t)
		for _, g := range packagesOf(t, l.module) {
			if !l.has(g.name()) || len(g.GoFiles) == 0 {
				continue
			}
			if _, ok := p.floor[g.name()]; !ok {
				t.Errorf("%s: %s is on no floor", l.plan, g.name())
			}
			for _, to := range ours(g.Imports) {
				if rule := p.broken(g.name(), to); rule != "" {
					t.Errorf("%s: %s imports %s: %s", l.plan, g.name(), to, rule)
				}
			}
			for _, to := range p.imports[g.name()] {
				if !slices.Contains(ours(g.Imports), to) {
					t.Errorf("%s lists %s for %s, which does not import it", l.plan, to, g.name())
				}
			}
			delete(p.imports, g.name())
		}
		for name := range p.imports {
			t.Errorf("%s lists %s, which is no package", l.plan, name)
		}
	}
}

// Each rule catches the import that it forbids.
func TestTheListedRulesCatch(t *testing.T) {
	p := listings[0].read(t)
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
