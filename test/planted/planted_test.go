package planted

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// Every bug can be planted, so that the lists keep up with the code: its text occurs once, and so
// does its test.
func TestEveryBugCanBePlanted(t *testing.T) {
	bugs, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	ids, tests := map[string]bool{}, map[string]map[string]bool{}
	for _, b := range bugs {
		if b.ID == "" || b.Promise == "" || b.Why == "" || ids[b.ID] {
			t.Errorf("%s: got no id, promise or reason, or an id that another bug has", b.ID)
		}
		ids[b.ID] = true
		if _, err := b.plant(root, t.TempDir()); err != nil {
			t.Errorf("%s: %v", b.ID, err)
		}
		if tests[b.Package()] == nil {
			tests[b.Package()] = testsIn(t, filepath.Join(root, b.Package()))
		}
		if name, _, _ := strings.Cut(b.Name(), "/"); !tests[b.Package()][name] {
			t.Errorf("%s: got no test %q, want one that fails on it", b.ID, b.Test)
		}
	}
	if len(bugs) < 100 {
		t.Errorf("got %d bugs, want those of the lists", len(bugs))
	}
}

// testsIn returns the names of the tests in a folder.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}

// A bug counts as caught only if its own test has failed.
func TestBugIsCaughtOnlyByItsOwnTest(t *testing.T) {
	const own, other = `{"Action":"run","Test":"TestA"}` + "\n", `{"Action":"run","Test":"TestB"}` + "\n"
	for _, tt := range []struct {
		name, output string
		want         Verdict
	}{
		{"fails", own + `{"Action":"fail","Test":"TestA"}` + "\n" + `{"Action":"fail"}`, Caught},
		{"passes", own + `{"Action":"pass","Test":"TestA"}` + "\n" + `{"Action":"pass"}`, Missed},
		{"does not build", `{"Action":"build-fail"}` + "\n" + `{"Action":"fail","FailedBuild":"x"}`, Broken},
		{"is not there", `{"Action":"pass"}`, Absent},
		{"another fails", own + other + `{"Action":"fail","Test":"TestB"}` + "\n" + `{"Action":"fail"}`, Outside},
		{"passes, and the program fails", own + `{"Action":"pass","Test":"TestA"}` + "\n" + `{"Action":"fail"}`,
			Outside},
		{"takes too long", own + `{"Action":"output","Output":"panic: test timed out after 2m0s\n"}` + "\n" +
			`{"Action":"fail","Test":"TestA"}`, Hung},
		{"is killed", "signal: killed", Absent},
	} {
		if got := read([]byte(tt.output)).verdictFor("TestA"); got != tt.want {
			t.Errorf("a test that %s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
