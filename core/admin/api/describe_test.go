package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	compare "github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/status"
)

// openAPI is what the tests need of the description.
type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]struct{ Properties map[string]any }
	}
}

type operation struct {
	Responses map[string]response
}

type response struct {
	Headers map[string]any
	Content map[string]any
}

func described(t *testing.T) openAPI {
	t.Helper()
	var d openAPI
	if err := json.Unmarshal(description, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The server has no route that the description lacks, nor the other way round.
func TestDescriptionIsWhole(t *testing.T) {
	var served, told []string
	for _, r := range routes {
		served = append(served, r.method+" "+r.path)
	}
	for path, methods := range described(t).Paths {
		for method := range methods {
			told = append(told, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(told)
	if diff := compare.Diff(told, served); diff != "" {
		t.Errorf("routes (-described +served):\n%s", diff)
	}
}

// Each member that is told stands in the description, and nothing else does.
func TestMembersAreDescribed(t *testing.T) {
	schemas := described(t).Components.Schemas
	for name, value := range map[string]any{
		"Status": status.Status{}, "Decision": decision{}, "Category": category{}, "Pending": pending{},
		"Problem": admin.Problem{}, "Entry": journal.Entry{},
		"Withheld": status.Withheld{},
	} {
		var want []string
		for field := range reflect.TypeOf(value).Fields() {
			member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			want = append(want, member)
		}
		slices.Sort(want)
		if diff := compare.Diff(want, slices.Sorted(maps.Keys(schemas[name].Properties))); diff != "" {
			t.Errorf("%s (-told +described):\n%s", name, diff)
		}
	}
}

// Every path, method and status of the description is played against the server, and every answer is as the description
// says.
func TestServerIsAsDescribed(t *testing.T) {
	all := described(t)
	schemas := compiler(t)
	for path, methods := range all.Paths {
		for method, does := range methods {
			for code, says := range does.Responses {
				what := strings.ToUpper(method) + " " + path + " " + code
				t.Run(what, func(t *testing.T) {
					answer := find(t, what).run(t)
					if got := strconv.Itoa(answer.Code); got != code {
						t.Fatalf("got %s and %s", got, answer.Body)
					}
					at := "openapi.json#/paths/" + escape(path) + "/" + method + "/responses/" + code
					conforms(t, schemas, at, says, answer)
				})
			}
		}
	}
	for _, p := range plays {
		method, rest, _ := strings.Cut(p.what, " ")
		path, code, _ := strings.Cut(rest, " ")
		if _, ok := all.Paths[path][strings.ToLower(method)].Responses[code]; !ok {
			t.Errorf("%s is played and not described", p.what)
		}
	}
}

// find is the play for it. A query that is none brings about every 400 that has no play of its own.
func find(t *testing.T, what string) play {
	t.Helper()
	for _, p := range plays {
		if p.what == what {
			return p
		}
	}
	_, rest, _ := strings.Cut(what, " ")
	path, code, _ := strings.Cut(rest, " ")
	if code != "400" {
		t.Fatal("it is described and not played")
	}
	return play{what: what, target: strings.Replace(path, "{id}", "acme-1", 1) + "?days=8"}
}

func (p play) run(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	b := newBench(t)
	if p.before != nil {
		p.before(t, b)
	}
	method, rest, _ := strings.Cut(p.what, " ")
	path, _, _ := strings.Cut(rest, " ")
	return b.ask(method, cmp.Or(p.target, path), p.body, p.headers...)
}

func compiler(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(description))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("openapi.json", parsed); err != nil {
		t.Fatal(err)
	}
	return c
}

// conforms holds an answer against what is said of it: its kind, its headers, its body.
func conforms(t *testing.T, schemas *jsonschema.Compiler, at string, says response, answer *httptest.ResponseRecorder) {
	t.Helper()
	for name := range says.Headers {
		header(t, schemas, at+"/headers/"+name+"/schema", answer.Header().Get(name))
	}
	kind := answer.Header().Get("Content-Type")
	content, ok := says.Content[kind]
	if !ok {
		t.Fatalf("Content-Type: got %q, want one of %v", kind, slices.Collect(maps.Keys(says.Content)))
	}
	if _, ok := content.(map[string]any)["schema"]; !ok {
		return
	}
	body, err := jsonschema.UnmarshalJSON(answer.Body)
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	check(t, schemas, at+"/content/"+escape(kind)+"/schema", body)
}

func header(t *testing.T, schemas *jsonschema.Compiler, at, value string) {
	t.Helper()
	if value == "" {
		t.Errorf("%s: the header is missing", at)
	}
	check(t, schemas, at, value)
}

func check(t *testing.T, schemas *jsonschema.Compiler, at string, value any) {
	t.Helper()
	schema, err := schemas.Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("got %v: %v", value, err)
	}
}

// escape writes a key of the description for a JSON pointer in an address.
func escape(key string) string {
	return strings.NewReplacer("/", "~1", "{", "%7B", "}", "%7D").Replace(strings.ReplaceAll(key, "~", "~0"))
}
