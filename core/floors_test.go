// Package core_test checks the module against its plan, floors.txt.
package core_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "polycom.com/usagedata/"

// plan is the content of floors.txt.
type plan struct {
	floor   map[string]int // by package
	plugins []string       // packages of core that plugins may import
	linked  []string       // packages of core that these imports link besides
	reveal  []string
}

func readPlan(t *testing.T) plan {
	p := plan{floor: map[string]int{}}
	for _, words := range planLines(t, "floors.txt") {
		switch words[0] {
		case "plugins":
			p.plugins = words[1:]
		case "linked":
			p.linked = words[1:]
		case "reveal":
			p.reveal = words[1:]
		default:
			floor, err := strconv.Atoi(words[0])
			if err != nil {
				t.Fatalf("floors.txt: %q is no floor", words[0])
			}
			for _, name := range words[1:] {
				p.floor[name] = floor
			}
		}
	}
	return p
}

// planLines returns the words of each line that is neither empty nor a comment.
func planLines(t *testing.T, path string) (lines [][]string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			lines = append(lines, words)
		}
	}
	return lines
}

// goPackage has the fields of `go list` that the checks use.
type goPackage struct {
	ImportPath, Dir                    string
	Imports                            []string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

func (g goPackage) name() string { return strings.TrimPrefix(g.ImportPath, module) }

func house(t *testing.T) []goPackage { return packagesOf(t, "..") }

// packagesOf returns the packages of the module in a folder.
func packagesOf(t *testing.T, folder string) []goPackage {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var g goPackage
		if err := decoder.Decode(&g); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, g)
	}
}

// ours returns the names of the packages that belong to this module.
func ours(paths []string) (names []string) {
	for _, path := range paths {
		if name, ok := strings.CutPrefix(path, module); ok {
			names = append(names, name)
		}
	}
	return names
}

// broken returns the rule that an import breaks, or "" if it breaks none.
func (p plan) broken(from, to string) string {
	switch top, _, _ := strings.Cut(from, "/"); top {
	case "test": // not in floors.txt: tests may import everything
		return ""
	case "plugins":
		if !family(to) && !slices.Contains(p.plugins, to) {
			return "a plugin imports the SDK only"
		}
		return ""
	}
	floor, hasFloor := p.floor[from]
	below, known := p.floor[to]
	switch {
	case !hasFloor:
		return "the package has no floor"
	case !known:
		return "the imported package has no floor"
	case below >= floor:
		return "imports go down only"
	}
	return ""
}

// family reports whether several plugins of this module share the package.
func family(name string) bool { return strings.HasPrefix(name, "plugins/internal/") }

// imports maps each package of this module to the packages of this module that it imports.
type imports map[string][]string

// linked returns the packages that a binary with these direct imports links, each with its import
// path from there.
func (m imports) linked(direct []string) map[string]string {
	ways := map[string]string{}
	for _, name := range direct {
		ways[name] = name
	}
	for next := slices.Clone(direct); len(next) > 0; next = next[1:] {
		for _, name := range m[next[0]] {
			if ways[name] == "" {
				ways[name] = ways[next[0]] + " → " + name
				next = append(next, name)
			}
		}
	}
	return ways
}

// foreign returns the import paths by which a plugin with these direct imports links forbidden
// packages.
func (p plan) foreign(m imports, direct []string) (ways []string) {
	for name, way := range m.linked(direct) {
		if !family(name) && !slices.Contains(p.plugins, name) && !slices.Contains(p.linked, name) {
			ways = append(ways, way)
		}
	}
	slices.Sort(ways)
	return ways
}

// Imports go down only, plugins import the SDK only (PLUG-1), and floors.txt names packages that
// exist.
func TestImportsGoDownOnly(t *testing.T) {
	p, all := readPlan(t), map[string]bool{}
	for _, g := range house(t) {
		all[g.name()] = true
		top, _, _ := strings.Cut(g.name(), "/")
		if _, ok := p.floor[g.name()]; !ok && (top == "core" || top == "cmd") && len(g.GoFiles) > 0 {
			t.Errorf("%s has no floor in core/floors.txt", g.name())
		}
		for _, to := range ours(g.Imports) {
			if rule := p.broken(g.name(), to); rule != "" {
				t.Errorf("%s imports %s: %s", g.name(), to, rule)
			}
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(p.floor)), p.plugins, p.linked, p.reveal) {
		if !all[name] {
			t.Errorf("core/floors.txt names %s, which is no package", name)
		}
	}
}

// PLUG-1: a plugin's binary links no package of the host, directly or indirectly. This holds for
// the plugins of this module, for one outside of it, and for the code that newplugin writes.
func TestPluginsLinkNothingOfTheHost(t *testing.T) {
	p, graph, held := readPlan(t), imports{}, map[string]string{}
	plugins := imports{
		"test/outside":           importsOf(t, "../test/outside/*.go"),
		"core/sdk/cmd/newplugin": importsOf(t, "sdk/cmd/newplugin/template/*.go.tmpl"),
	}
	for _, g := range house(t) {
		graph[g.name()] = ours(g.Imports)
		if strings.HasPrefix(g.name(), "plugins/") {
			plugins[g.name()] = graph[g.name()]
		}
	}
	for name, direct := range plugins {
		for _, to := range direct {
			if rule := p.broken("plugins", to); rule != "" {
				t.Errorf("%s imports %s: %s", name, to, rule)
			}
		}
		for _, way := range p.foreign(graph, direct) {
			t.Errorf("the plugin of %s links %s: core/floors.txt says what it may", name, way)
		}
		maps.Copy(held, graph.linked(direct))
	}
	for _, name := range p.linked {
		if held[name] == "" {
			t.Errorf("core/floors.txt says that plugins link %s, and none does", name)
		}
	}
}

// importsOf returns the packages of this module that the files import, tests left out.
func importsOf(t *testing.T, pattern string) (names []string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: got no files, %v", pattern, err)
	}
	for _, path := range files {
		if strings.Contains(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			names = append(names, strings.Trim(spec.Path.Value, `"`))
		}
	}
	return ours(names)
}

// Each rule catches the import that it forbids.
func TestRulesCatch(t *testing.T) {
	p := readPlan(t)
	for _, tt := range []struct{ from, to, want string }{
		{"core/cycle", "core/document", ""},
		{"core/gate", "core/upload", "imports go down only"},
		{"core/usage", "core/cycle", "imports go down only"},
		{"core/cycle", "plugins/acme", "the imported package has no floor"},
		{"core/cycle", "test/collectionpoint", "the imported package has no floor"},
		{"core/util", "core/usage", "the package has no floor"},
		{"plugins/acme", "core/sdk", ""},
		{"plugins/acme", "plugins/internal/api", ""},
		{"plugins/acme", "core/anonymize", "a plugin imports the SDK only"},
		{"plugins/acme", "core/sdk/sdktest", "a plugin imports the SDK only"},
		{"plugins/acme", "plugins/other", "a plugin imports the SDK only"},
	} {
		if got := p.broken(tt.from, tt.to); got != tt.want {
			t.Errorf("%s imports %s: got %q want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

// An indirect import is found however long the chain is, and the search ends even if imports form a
// cycle.
func TestLinkedIsFound(t *testing.T) {
	graph := imports{
		"core/sdk": {"core/profile", "core/wire"}, "core/profile": {"core/kind", "core/confine"},
		"core/confine": {"core/gate", "core/sdk"}, "plugins/internal/api": {"core/sdk/sdktest"},
	}
	for _, tt := range []struct{ direct, want []string }{
		{[]string{"core/sdk"}, []string{"core/sdk → core/profile → core/confine",
			"core/sdk → core/profile → core/confine → core/gate"}},
		{[]string{"plugins/internal/api"}, []string{"plugins/internal/api → core/sdk/sdktest"}},
		{[]string{"core/wire", "core/kind"}, nil},
	} {
		if got := readPlan(t).foreign(graph, tt.direct); !slices.Equal(got, tt.want) {
			t.Errorf("%v: got %q want %q", tt.direct, got, tt.want)
		}
	}
}

// ANON-1: only the packages that floors.txt lists may reveal a raw value.
func TestOnlyTheNamedRoomsReveal(t *testing.T) {
	p := readPlan(t)
	for _, g := range house(t) {
		if slices.Contains(p.reveal, g.name()) {
			continue
		}
		for _, file := range slices.Concat(g.GoFiles, g.TestGoFiles, g.XTestGoFiles) {
			path := filepath.Join(g.Dir, file)
			for _, line := range reveals(t, path) {
				t.Errorf("%s:%d: calls Reveal; core/floors.txt says who may", path, line)
			}
		}
	}
}

func reveals(t *testing.T, path string) []int {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	ast.Inspect(parsed, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Reveal" {
			lines = append(lines, set.Position(s.Pos()).Line)
		}
		return true
	})
	return lines
}

// PLUG-1: the core and the host name no product; adding a sixth product touches one new folder.
func TestNoProductIsNamedOutsidePlugins(t *testing.T) {
	product := regexp.MustCompile(`(?i)\b(dma|rmx|rmxve|web ?suite|resource ?manager|resourcemgr|access ?director|realpresence)\b`)
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path == "floors_test.go" {
				return err
			}
			text, err := os.ReadFile(path)
			for i, line := range strings.Split(string(text), "\n") {
				if word := product.FindString(line); word != "" && filepath.Ext(path) == ".go" {
					t.Errorf("%s:%d: names the product %q", path, i+1, word)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
