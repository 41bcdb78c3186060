// Package core_test holds the house to its plan, floors.txt.
package core_test

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
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

// plan is floors.txt.
type plan struct {
	floor   map[string]int // by package
	plugins []string       // what plugins may import of core
	reveal  []string
}

func readPlan(t *testing.T) plan {
	f, err := os.Open("floors.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := plan{floor: map[string]int{}}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "plugins":
			p.plugins = words[1:]
		case words[0] == "reveal":
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

// goPackage is what the checks need of `go list`.
type goPackage struct {
	ImportPath, Dir                    string
	Imports                            []string
	GoFiles, TestGoFiles, XTestGoFiles []string
	TestImports, XTestImports          []string
}

func (g goPackage) name() string { return strings.TrimPrefix(g.ImportPath, module) }

func house(t *testing.T) []goPackage {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	cmd.Dir = ".."
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

// ours lists the imports that belong to this module.
func (g goPackage) ours() []string {
	var names []string
	for _, path := range g.Imports {
		if name, ok := strings.CutPrefix(path, module); ok {
			names = append(names, name)
		}
	}
	return names
}

// broken tells which rule an import breaks, if any.
func (p plan) broken(from, to string) string {
	switch top, _, _ := strings.Cut(from, "/"); top {
	case "test": // stands outside; may look at everything but other programs
		return ""
	case "plugins":
		family := strings.HasPrefix(to, "plugins/internal/")
		if !family && !slices.Contains(p.plugins, to) {
			return "a plugin imports the SDK only"
		}
		return ""
	}
	floor, stands := p.floor[from]
	below, known := p.floor[to]
	switch {
	case !stands:
		return "the package stands on no floor"
	case !known:
		return "the imported package stands on no floor"
	case below >= floor:
		return "imports go down only"
	}
	return ""
}

// PLUG-1, DESIGN.md: imports go down only, plugins import the SDK only.
func TestImportsGoDownOnly(t *testing.T) {
	p := readPlan(t)
	for _, g := range house(t) {
		top, _, _ := strings.Cut(g.name(), "/")
		if _, ok := p.floor[g.name()]; !ok && (top == "core" || top == "cmd") && len(g.GoFiles) > 0 {
			t.Errorf("%s stands on no floor of core/floors.txt", g.name())
		}
		for _, to := range g.ours() {
			if rule := p.broken(g.name(), to); rule != "" {
				t.Errorf("%s imports %s: %s", g.name(), to, rule)
			}
		}
	}
}

// The rules themselves: each would catch what it is for.
func TestRulesCatch(t *testing.T) {
	p := readPlan(t)
	for _, tt := range []struct{ from, to, want string }{
		{"core/cycle", "core/document", ""},
		{"core/gate", "core/upload", "imports go down only"},
		{"core/usage", "core/cycle", "imports go down only"},
		{"core/cycle", "plugins/acme", "the imported package stands on no floor"},
		{"core/cycle", "test/collectionpoint", "the imported package stands on no floor"},
		{"core/util", "core/usage", "the package stands on no floor"},
		{"plugins/acme", "core/sdk", ""},
		{"plugins/acme", "plugins/internal/api", ""},
		{"plugins/acme", "core/anonymize", "a plugin imports the SDK only"},
		{"plugins/acme", "plugins/other", "a plugin imports the SDK only"},
	} {
		if got := p.broken(tt.from, tt.to); got != tt.want {
			t.Errorf("%s imports %s: got %q want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

// ANON-1: only three rooms may look at a raw value.
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

// PLUG-1: the core and the host know no product; adding a sixth touches one new folder.
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
