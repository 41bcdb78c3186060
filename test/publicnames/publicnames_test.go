// Package publicnames compares the names that others build on with names.txt: keys of config.yaml, the
// appliance's and the receiver's, and of profile.yaml, members of JSON, commands and flags, exit codes,
// check ids, messages of the plugin protocol, and paths of the API. A changed name breaks a script or a
// plugin of somebody else.
package publicnames

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// sources lists the packages whose struct tags, flags and exit codes are public.
var sources = []string{
	"cmd/host", "cmd/package", "collect/cmd/usagedata-collect", "collect/config", "core/admin", "core/admin/api",
	"core/anonymize", "core/config", "core/commandline", "core/confine", "core/consent", "core/doctor",
	"core/document", "core/journal", "core/profile", "core/quarantine",
	"core/sdk/cmd/newplugin", "core/sdk/internal/recording", "core/sdk/source/httpapi", "core/sdk/source/postgres",
	"core/sdk/source/snmp", "core/status", "core/usage",
	"test/conformance", "test/conformance/cmd/conformance", "test/conformance/result",
}

// No public name changes unnoticed. A name that is added or removed on purpose goes into names.txt,
// and into CHANGELOG.md if it was there before.
func TestPublicNames(t *testing.T) {
	var got []string
	for _, folder := range sources {
		got = append(got, ofPackage(t, folder)...)
	}
	got = append(got, ofJSON(t, "core/admin/api/openapi.json")...)
	got = append(got, ofJSON(t, "core/document/usagedata-1.schema.json")...)
	got = append(got, ofLines(t, "test/conformance/checks.txt", `^([a-z_]+\.[a-z_]+)\s+(required|recommended)`, "check")...)
	got = append(got, ofLines(t, "core/wire/plugin.proto",
		`^\s*(?:rpc|message|enum|service|(?:repeated |optional )?[\w.]+) (\w+(?: = \d+;)?)`, "plugin.proto")...)
	slices.Sort(got)
	got = slices.Compact(got)
	const file = "names.txt"
	if os.Getenv("WRITE_NAMES") != "" {
		if err := os.WriteFile(file, []byte(strings.Join(got, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(text)), "\n"), got); diff != "" {
		t.Errorf("public names (-before +now), from names.txt; WRITE_NAMES=1 writes it anew:\n%s", diff)
	}
}

// ofPackage returns the keys in struct tags, the exit codes, the commands and the flags of the
// package in folder.
func ofPackage(t *testing.T, folder string) (names []string) {
	set := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: got %d files, %v", folder, len(paths), err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		ast.Inspect(file, func(n ast.Node) bool {
			for _, name := range named(n) {
				names = append(names, folder+" "+name)
			}
			return true
		})
	}
	for _, name := range exitCodes(set, files) {
		names = append(names, folder+" "+name)
	}
	return names
}

func named(n ast.Node) (names []string) {
	switch is := n.(type) {
	case *ast.Field:
		if is.Tag == nil {
			return nil
		}
		tag := reflect.StructTag(strings.Trim(is.Tag.Value, "`"))
		for _, key := range []string{"yaml", "json"} {
			if name, _, _ := strings.Cut(tag.Get(key), ","); name != "" && name != "-" {
				names = append(names, key+" "+name)
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := is.Key.(*ast.Ident); ok && key.Name == "Use" {
			if command, _, _ := strings.Cut(text(is.Value), " "); command != "" {
				names = append(names, "command "+command)
			}
		}
	case *ast.CallExpr:
		if flag := flagOf(is); flag != "" {
			names = append(names, "flag --"+flag)
		}
	}
	return names
}

var (
	flagMethod = regexp.MustCompile(`^(Bool|String|StringArray|Int|Uint|Duration|Func)?(Var)?P?$`)
	nameText   = regexp.MustCompile(`^[a-z][a-z-]* ?`)
)

// flagOf returns the flag that the call declares, of flag or pflag: its name is the first text
// among the first two arguments.
func flagOf(call *ast.CallExpr) string {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name == "" || !flagMethod.MatchString(method.Sel.Name) || len(call.Args) < 3 {
		return ""
	}
	return text(call.Args[0]) + text(call.Args[1])
}

func text(e ast.Expr) string {
	if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		value, _ := strconv.Unquote(literal.Value)
		if nameText.MatchString(value) && len(strings.Fields(value)) < 3 {
			return value
		}
	}
	return ""
}

// exitCodes returns the constants that begin with exit, with their values. Imports are not
// resolved: the constants need none.
func exitCodes(set *token.FileSet, files []*ast.File) (codes []string) {
	checker := types.Config{Error: func(error) {}}
	checked, _ := checker.Check("p", set, files, nil)
	for _, name := range checked.Scope().Names() {
		c, ok := checked.Scope().Lookup(name).(*types.Const)
		if ok && strings.HasPrefix(name, "exit") && c.Val().Kind() == constant.Int {
			codes = append(codes, "exit code "+c.Val().String())
		}
	}
	return codes
}

// ofJSON returns the names of properties, parameters, enumerations, paths and headers in an OpenAPI
// or JSON Schema document.
func ofJSON(t *testing.T, path string) (names []string) {
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	walk(document, func(parent, name string) { names = append(names, path+" "+parent+" "+name) })
	return names
}

func walk(value any, found func(parent, name string)) {
	switch is := value.(type) {
	case map[string]any:
		if name, ok := is["name"].(string); ok && is["in"] != nil {
			found("parameter", name)
		}
		for key, inner := range is {
			members, _ := inner.(map[string]any)
			values, _ := inner.([]any)
			switch key {
			case "properties", "paths", "schemas", "headers":
				for name := range members {
					found(key, name)
				}
			case "enum":
				for _, v := range values {
					found(key, fmt.Sprint(v))
				}
			}
			walk(inner, found)
		}
	case []any:
		for _, inner := range is {
			walk(inner, found)
		}
	}
}

// ofLines returns the first group of pattern in each line that it matches.
func ofLines(t *testing.T, path, pattern, is string) (names []string) {
	file, err := os.Open(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	search := regexp.MustCompile(pattern)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if m := search.FindStringSubmatch(lines.Text()); m != nil {
			names = append(names, is+" "+m[1])
		}
	}
	if err := lines.Err(); err != nil || len(names) == 0 {
		t.Fatalf("%s: got %d names, %v", path, len(names), err)
	}
	return names
}
