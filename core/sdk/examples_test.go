package sdk

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// PLUG-2: everything an author calls has an example, which go test runs: either its own, or an
// example of the type that it returns or belongs to.
func TestEachThingHasAnExample(t *testing.T) {
	for _, dir := range []string{".", "sysinfo", "sdktest", "source/etag", "source/httpapi", "source/postgres",
		"source/snmp"} {
		p := documented(t, dir)
		for _, f := range p.Funcs {
			if len(f.Examples) == 0 {
				t.Errorf("%s: no example of %s", dir, f.Name)
			}
		}
		for _, is := range p.Types {
			for _, f := range append(is.Funcs, is.Methods...) {
				if len(f.Examples)+len(is.Examples) == 0 {
					t.Errorf("%s: no example of %s, and none of %s", dir, f.Name, is.Name)
				}
			}
		}
	}
}

func documented(t *testing.T, dir string) *doc.Package {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(set, files, "polycom.com/usagedata/core/sdk/"+dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
