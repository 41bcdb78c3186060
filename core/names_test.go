package core_test

import (
	"bytes"
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

// longest is how many characters a line may have.
const longest = 120

// tooLong finds the lines over longest. A raw string, and an output in a comment, are somebody else's text, and have
// the lines that they need.
func tooLong(t *testing.T, at string) (broken []string) {
	text, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	raw := rawLines(text)
	for i, line := range bytes.Split(text, []byte("\n")) {
		if n := utf8.RuneCount(line); n > longest && !raw[i+1] && !bytes.HasPrefix(line, []byte("\t//     ")) {
			broken = append(broken, fmt.Sprintf("%s:%d: the line has %d characters, more than %d", at, i+1, n, longest))
		}
	}
	return broken
}

// rawLines are the numbers of the lines that hold a raw string, or a part of one.
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

// shadowing finds what a file declares under the name of a package that it imports, or of a word of the language. A
// method and a field have their owner before them, and hide nothing.
func shadowing(file *ast.File) (found []*ast.Ident) {
	hidden := map[string]bool{}
	for _, name := range types.Universe.Names() {
		hidden[name] = true
	}
	for _, spec := range file.Imports {
		name, _ := imported(spec)
		hidden[name] = true
	}
	delete(hidden, "_") // what a blank import is called
	for _, name := range declared(file) {
		if hidden[name.Name] {
			found = append(found, name)
		}
	}
	return found
}

// declared are the names of variables, constants, functions, types and parameters.
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

// imported is the name that a file uses a package under, and the package's path. Where the file gives none, it is the
// path's last part that is no version, as all packages here have it.
func imported(spec *ast.ImportSpec) (name, from string) {
	from, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "", ""
	}
	if spec.Name != nil {
		return spec.Name.Name, from
	}
	name = path.Base(from)
	if rest, version := path.Split(from); len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		_, name = version, path.Base(rest)
	}
	return name, from
}

// Nothing of a room is exported that no other room uses: an export is a promise. What the SDK exports is for authors:
// there an example counts as a use. A type is used where an export that is used names it, and so is a constant with
// others of its declaration.
func TestExportsAreUsed(t *testing.T) {
	rooms := map[string]*room{}
	used := map[string]bool{}
	for _, root := range []string{".", "../cmd", "../plugins", "../test"} {
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

// uses notes what a file takes of the module's other packages, and of its own if it is an author's example.
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

// forTests tells rooms whose users are tests: those of authors, and what stands in for a product or the world.
func forTests(at string) bool {
	return strings.HasPrefix(at, module+"core/sdk") || strings.HasPrefix(at, module+"test/")
}

// room is what a package exports, and which other exports each of these names.
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

// addFunc adds a function. What a method's signature names, its type names.
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

// exportsIn are the exported names in a piece of syntax, where they stand alone.
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

// unused are the exports that nothing outside uses, nor an export that is used.
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

// walk reads every Go file below root that people write.
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
