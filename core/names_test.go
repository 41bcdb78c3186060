package core_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// longest is the maximum number of columns in a line. A tab counts as four.
const longest = 120

// tooLong finds the lines over longest. It exempts raw strings and output in comments, which quote
// other text.
func tooLong(t *testing.T, at string) (broken []string) {
	text, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	raw := rawLines(text)
	for i, line := range strings.Split(string(text), "\n") {
		n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    "))
		if n > longest && !raw[i+1] && !strings.HasPrefix(line, "\t//     ") {
			broken = append(broken, fmt.Sprintf("%s:%d: the line has %d columns, more than %d", at, i+1, n, longest))
		}
	}
	return broken
}

// rawLines returns the numbers of the lines that belong to a raw string.
func rawLines(text []byte) map[int]bool {
	lines := map[int]bool{}
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.STRING && lit[0] == '`' {
			for i := range strings.Count(lit, "\n") + 1 {
				lines[file.Line(pos)+i] = true
			}
		}
	}
}

// shadowing finds declarations under the name of an imported package or a predeclared identifier.
// Methods and fields are qualified by their owner and shadow nothing.
func shadowing(file *ast.File) (found []*ast.Ident) {
	hidden := map[string]bool{}
	for _, name := range types.Universe.Names() {
		hidden[name] = true
	}
	for _, spec := range file.Imports {
		name, _ := imported(spec)
		hidden[name] = true
	}
	delete(hidden, "_") // the name of a blank import
	for _, name := range declared(file) {
		if hidden[name.Name] {
			found = append(found, name)
		}
	}
	return found
}

// declared returns the names of variables, constants, functions, types and parameters.
func declared(file *ast.File) (names []*ast.Ident) {
	fields := map[*ast.FieldList]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch is := n.(type) {
		case *ast.StructType:
			fields[is.Fields] = true
		case *ast.InterfaceType:
			fields[is.Methods] = true
		case *ast.FuncDecl:
			if is.Recv == nil {
				names = append(names, is.Name)
			}
		case *ast.TypeSpec:
			names = append(names, is.Name)
		case *ast.ValueSpec:
			names = append(names, is.Names...)
		case *ast.FieldList:
			if !fields[is] {
				for _, f := range is.List {
					names = append(names, f.Names...)
				}
			}
		case *ast.AssignStmt:
			if is.Tok == token.DEFINE {
				names = append(names, idents(is.Lhs)...)
			}
		case *ast.RangeStmt:
			if is.Tok == token.DEFINE {
				names = append(names, idents([]ast.Expr{is.Key, is.Value})...)
			}
		}
		return true
	})
	return names
}

func idents(of []ast.Expr) (names []*ast.Ident) {
	for _, e := range of {
		if name, ok := e.(*ast.Ident); ok {
			names = append(names, name)
		}
	}
	return names
}

// imported returns the name under which a file uses a package, and the package's path. Without an
// explicit name, it is the last part of the path that is no version, as in all packages here.
func imported(spec *ast.ImportSpec) (name, from string) {
	from, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "", ""
	}
	if spec.Name != nil {
		return spec.Name.Name, from
	}
	name = path.Base(from)
	if rest, version := path.Split(from); len(name) > 1 && name[0] == 'v' &&
		strings.Trim(name[1:], "0123456789") == "" {
		_, name = version, path.Base(rest)
	}
	return name, from
}

// Every export of a package is used by another package, because an export is a promise. The SDK
// exports for authors: there an example counts as a use. A type is used if a used export names it,
// and so is a constant declared together with used ones.
func TestExportsAreUsed(t *testing.T) {
	rooms := map[string]*room{}
	used := map[string]bool{}
	for _, root := range []string{".", "../cmd", "../plugins", "../test", "../collect"} {
		walk(t, root, func(at string, set *token.FileSet, file *ast.File) {
			own := path.Join(module, "core", filepath.ToSlash(filepath.Dir(at)))
			uses(file, own, used)
			if strings.HasSuffix(at, "_test.go") || file.Name.Name == "main" {
				return
			}
			if rooms[own] == nil {
				rooms[own] = &room{at: map[string]token.Position{}, names: map[string][]string{}}
			}
			rooms[own].add(set, file)
		})
	}
	for own, r := range rooms {
		for _, name := range r.unused(own, used) {
			t.Errorf("%s: no other package uses %s", r.at[name], name)
		}
	}
}

// uses records the names that a file uses of the module's other packages, and of its own package if
// it is an author's example.
func uses(file *ast.File, own string, used map[string]bool) {
	from := map[string]string{}
	for _, spec := range file.Imports {
		name, at := imported(spec)
		if strings.HasPrefix(at, module) && (at != own || forTests(at)) {
			from[name] = at
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && from[x.Name] != "" {
				used[from[x.Name]+"."+sel.Sel.Name] = true
			}
		}
		return true
	})
}

// forTests reports whether a package's users are tests: authors' tests, fakes of a product or a
// server, or the example for authors of a collection point.
func forTests(at string) bool {
	return strings.HasPrefix(at, module+"core/sdk") || strings.HasPrefix(at, module+"test/") ||
		at == module+"core/handover"
}

// room holds the exports of a package, and the other exports that each of them names.
type room struct {
	at    map[string]token.Position
	names map[string][]string
}

func (r *room) add(set *token.FileSet, file *ast.File) {
	for _, d := range file.Decls {
		switch is := d.(type) {
		case *ast.FuncDecl:
			r.addFunc(set, is)
		case *ast.GenDecl:
			for _, spec := range is.Specs {
				r.addSpec(set, spec, is)
			}
		}
	}
}

// addFunc adds a function. The names in a method's signature count as named by its type.
func (r *room) addFunc(set *token.FileSet, f *ast.FuncDecl) {
	if !f.Name.IsExported() {
		return
	}
	if f.Recv == nil {
		r.at[f.Name.Name] = set.Position(f.Name.Pos())
		r.names[f.Name.Name] = append(r.names[f.Name.Name], exportsIn(f.Type)...)
		return
	}
	for _, owner := range exportsIn(f.Recv) {
		r.names[owner] = append(r.names[owner], exportsIn(f.Type)...)
	}
}

func (r *room) addSpec(set *token.FileSet, spec ast.Spec, in *ast.GenDecl) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			r.at[s.Name.Name] = set.Position(s.Name.Pos())
			r.names[s.Name.Name] = append(r.names[s.Name.Name], exportsIn(s.Type)...)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if !name.IsExported() {
				continue
			}
			r.at[name.Name] = set.Position(name.Pos())
			if s.Type != nil {
				r.names[name.Name] = append(r.names[name.Name], exportsIn(s.Type)...)
			}
			if in.Tok == token.CONST {
				r.names[name.Name] = append(r.names[name.Name], exportsIn(in)...)
			}
		}
	}
}

// exportsIn returns the unqualified exported names in a piece of syntax.
func exportsIn(n ast.Node) (names []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.SelectorExpr); ok {
			return false
		}
		if name, ok := n.(*ast.Ident); ok && name.IsExported() {
			names = append(names, name.Name)
		}
		return true
	})
	return names
}

// unused returns the exports that are neither used outside nor named by a used export.
func (r *room) unused(own string, used map[string]bool) (unused []string) {
	reached := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		if _, ok := r.at[name]; ok && !reached[name] {
			reached[name] = true
			for _, next := range r.names[name] {
				reach(next)
			}
		}
	}
	for name := range r.at {
		if used[own+"."+name] {
			reach(name)
		}
	}
	for name := range r.at {
		if !reached[name] {
			unused = append(unused, name)
		}
	}
	return unused
}

// walk parses every Go file below root that is not generated.
func walk(t *testing.T, root string, see func(at string, set *token.FileSet, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(at) != ".go" || strings.HasSuffix(at, ".pb.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, at, nil, 0)
		if err == nil {
			see(at, set, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
