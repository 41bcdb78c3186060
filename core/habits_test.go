package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forbidden lists names that no file of either module uses, with the reason, and the files that are
// exempt.
var forbidden = []struct {
	word, why string
	may       []string // file suffixes
}{
	{"InsecureSkipVerify", "every certificate is verified (SEND-2)", []string{"test/shelf/sources.go"}},
	{"time.Sleep", "time is passed in, or virtual", []string{"pluginhost/shelf_test.go"}},
	{"http.Get", "the default client follows redirects and has no limit", nil},
	{"http.DefaultClient", "the default client follows redirects and has no limit", nil},
	{"log.Fatal", "only main ends a program, and by its exit code", nil},
	{"fmt.Print", "standard output is a plugin's handshake", []string{"pluginhost/shelf_test.go"}},
	{"fmt.Println", "standard output is a plugin's handshake", []string{"pluginhost/shelf_test.go", "example_test.go"}},
	{"fmt.Printf", "standard output is a plugin's handshake", nil},
}

// Every Go file keeps the habits that a machine can check.
func TestHabits(t *testing.T) {
	for _, root := range []string{".", "../cmd", "../plugins", "../test", "../collect"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, ".pb.go") {
				return err
			}
			for _, broken := range habits(t, path) {
				t.Error(broken)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func habits(t *testing.T, path string) (broken []string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	virtual := slices.ContainsFunc(file.Imports,
		func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` })
	report := func(n ast.Node, what string) { broken = append(broken, set.Position(n.Pos()).String()+": "+what) }
	for _, name := range shadowing(file) {
		report(name, name.Name+" hides a package or a word of the language")
	}
	broken = append(broken, tooLong(t, path)...)
	ast.Inspect(file, func(n ast.Node) bool {
		switch is := n.(type) {
		case *ast.FuncDecl:
			if is.Name.Name == "init" && is.Recv == nil {
				report(n, "init registers something behind the reader's back")
			}
		case *ast.SelectorExpr:
			x, ok := is.X.(*ast.Ident)
			if !ok || virtual && is.Sel.Name == "Sleep" {
				return true
			}
			if why := refused(path, x.Name+"."+is.Sel.Name); why != "" {
				report(n, why)
			}
		case *ast.Ident:
			if why := refused(path, is.Name); why != "" {
				report(n, why)
			}
		}
		return true
	})
	return broken
}

func refused(path, word string) string {
	for _, f := range forbidden {
		may := slices.ContainsFunc(f.may,
			func(end string) bool { return strings.HasSuffix(filepath.Join("core", path), end) })
		if f.word == word && !may {
			return word + ": " + f.why
		}
	}
	return ""
}

// The check finds each bad habit.
func TestHabitsAreChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.go")
	text := "package x\nimport \"os/user\"\n" +
		"func init() { time.Sleep(1); fmt.Println(); c.InsecureSkipVerify = true }\n" +
		"func f(user int, ok bool) (len int) { var s struct{ cap int }; " +
		"for new := range s.cap { min, ok := new, ok } }\n" +
		"// " + strings.Repeat("long ", 24) + "\nconst raw = `\n" + strings.Repeat("long ", 25) + "`\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := habits(t, path); len(got) != 9 {
		t.Errorf("got %d findings want 9:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// The files and functions that CONTRIBUTING.md names exist.
func TestContributingIsTrue(t *testing.T) {
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	files := regexp.MustCompile("`((?:core|cmd|test|plugins)/[a-z0-9/_.-]+)`").FindAllSubmatch(text, -1)
	for _, file := range files {
		if _, err := os.Stat(filepath.Join("..", string(file[1]))); err != nil {
			t.Errorf("%s: got %v, want a file", file[1], err)
		}
	}
	functions := regexp.MustCompile("`(\\w+)\\.(\\w+)` in `([a-z0-9/_.-]+\\.go)`").FindAllSubmatch(text, -1)
	for _, f := range functions {
		source, err := os.ReadFile(filepath.Join("..", string(f[3])))
		method := regexp.MustCompile(`(?m)^func \(\w+ \*?` + string(f[1]) + `\) ` + string(f[2]) + `\(`)
		if err != nil || !method.Match(source) {
			t.Errorf("%s: got no method %s.%s, %v", f[3], f[1], f[2], err)
		}
	}
	if len(files) < 20 || len(functions) < 5 {
		t.Errorf("got %d files and %d functions, want those of the lists", len(files), len(functions))
	}
}
