package api

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	compare "github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/status"
)

// schemasAt is the pointer to the description's schemas.
const schemasAt = "#/components/schemas"

// tree is a parsed JSON object.
type tree = map[string]any

func read(t *testing.T, text []byte) (all tree) {
	t.Helper()
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// openAPI is the description, and the members of its schemas that were in an answer.
type openAPI struct {
	all     tree
	schemas *jsonschema.Compiler
	seen    map[string]bool
}

func described(t *testing.T) openAPI {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	d := openAPI{read(t, description), c, map[string]bool{}}
	if err := c.AddResource("openapi.json", any(d.all)); err != nil {
		t.Fatal(err)
	}
	return d
}

// at resolves a pointer, and returns the pointer that leads there without a reference.
func (d openAPI) at(pointer string) (string, tree) {
	var now any = d.all
	for key := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		switch is := now.(type) {
		case tree:
			now = is[strings.NewReplacer("~1", "/", "~0", "~").Replace(key)]
		case []any:
			i, _ := strconv.Atoi(key)
			now = is[i]
		}
	}
	node, _ := now.(tree)
	if to, ok := node["$ref"].(string); ok {
		return d.at(to)
	}
	return pointer, node
}

// below joins keys to a pointer.
func below(pointer string, keys ...string) string {
	for _, key := range keys {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	return pointer
}

// answer is an answer of the description: METHOD PATH STATUS, and its pointer.
type answer struct{ what, at string }

func (d openAPI) answers() (all []answer) {
	for path, methods := range d.all["paths"].(tree) {
		for method, operation := range methods.(tree) {
			for code := range operation.(tree)["responses"].(tree) {
				all = append(all, answer{strings.ToUpper(method) + " " + path + " " + code,
					below("#/paths", path, method, "responses", code)})
			}
		}
	}
	return all
}

// sorted returns the names of the members, in order.
func sorted(node any) []string { return slices.Sorted(maps.Keys(node.(tree))) }

// S22: the server has no route that the description lacks, nor the other way round.
func TestDescriptionIsWhole(t *testing.T) {
	var served, listed []string
	for _, r := range routes {
		served = append(served, r.method+" "+r.path)
	}
	for path, methods := range described(t).all["paths"].(tree) {
		for _, method := range sorted(methods) {
			listed = append(listed, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(listed)
	if diff := compare.Diff(listed, served); diff != "" {
		t.Errorf("routes (-described +served):\n%s", diff)
	}
}

// S22: a generated type has every member of the code's type, even those that are omitted if they do
// not apply.
func TestMembersAreDescribed(t *testing.T) {
	d := described(t)
	for name, value := range map[string]any{
		"Status": status.Status{}, "Plugin": status.Plugin{}, "Protection": confine.Status{},
		"Withheld": status.Withheld{}, "Trouble": status.Trouble{},
		"Decision": decision{}, "Category": category{}, "Pending": pending{}, "MadeDecision": pastDecision{},
		"SetAsideDocument": status.Kept{}, "Connection": admin.Connection{}, "ConnectionPart": admin.Part{},
		"WaitingDocument": document{}, "Problem": admin.Problem{}, "Entry": journal.Entry{},
		"Lab": lab.Mark{},
	} {
		var want, required []string
		for field := range reflect.TypeOf(value).Fields() {
			if !field.IsExported() {
				continue
			}
			member, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			want = append(want, member)
			if !strings.HasPrefix(options, "omit") {
				required = append(required, member)
			}
		}
		slices.Sort(want)
		_, schema := d.at(below(schemasAt, name))
		if diff := compare.Diff(want, sorted(schema["properties"])); diff != "" {
			t.Errorf("%s (-code +described):\n%s", name, diff)
		}
		if diff := compare.Diff(required, words(schema["required"])); diff != "" {
			t.Errorf("%s: never left out (-code +described):\n%s", name, diff)
		}
	}
}

func words(list any) (all []string) {
	for _, word := range list.([]any) {
		all = append(all, word.(string))
	}
	return all
}

// S22: if the code has a word that a closed list lacks, clients break; the same is true of a word
// that the code cannot have.
func TestEnumsMatchTheCode(t *testing.T) {
	d := described(t)
	var treatments, choices []string
	for _, row := range kind.All() {
		treatments = append(treatments, row.Treatment.String())
	}
	for c := consent.Undecided; c <= consent.Allowed; c++ {
		choices = append(choices, c.String())
	}
	for pointer, want := range map[string][]string{
		below(schemasAt, "Choice"):                              choices,
		below(schemasAt, "Entry", "properties", "outcome"):      stringsOf(status.Outcomes()),
		below(schemasAt, "Protection", "properties", "feature"): stringsOf(protection.All()),
		below(schemasAt, "Pending", "properties", "treatment"):  treatments,
		below(schemasAt, "Wish", "properties", "choice"):        {"allowed", "denied"},
	} {
		slices.Sort(want)
		_, schema := d.at(pointer)
		if diff := compare.Diff(slices.Compact(want), slices.Sorted(slices.Values(words(schema["enum"])))); diff != "" {
			t.Errorf("%s (-code +described):\n%s", pointer, diff)
		}
	}
}

func stringsOf[S ~string](list []S) (all []string) {
	for _, one := range list {
		all = append(all, string(one))
	}
	return all
}

// S22: no schema leaves open which values are possible: a generator would make a type without
// members of it.
func TestSchemasAreClosed(t *testing.T) {
	d := described(t)
	for name := range d.all["components"].(tree)["schemas"].(tree) {
		closed(t, d, below(schemasAt, name))
	}
	for _, a := range d.answers() {
		_, answer := d.at(a.at)
		contents, _ := answer["content"].(tree)
		for media, content := range contents {
			schema, _ := content.(tree)["schema"].(tree)
			if schema["$ref"] == nil && schema["type"] != "string" {
				t.Errorf("%s: got no schema for %s that has a name", a.what, media)
			}
		}
	}
}

func closed(t *testing.T, d openAPI, pointer string) {
	at, schema := d.at(pointer)
	if at != pointer { // it is checked in its own place
		return
	}
	if _, ok := schema["propertyNames"]; ok {
		closed(t, d, below(at, "propertyNames"))
	}
	branches, _ := schema["anyOf"].([]any)
	for i := range branches {
		closed(t, d, below(at, "anyOf", strconv.Itoa(i)))
	}
	switch schema["type"] {
	case "object":
		members, _ := schema["properties"].(tree)
		for name := range members {
			closed(t, d, below(at, "properties", name))
		}
		if further, ok := schema["additionalProperties"].(tree); ok && len(further) > 0 {
			closed(t, d, below(at, "additionalProperties"))
		} else if schema["additionalProperties"] != false || len(members) == 0 {
			t.Errorf("%s: got an object that may have any members", at)
		}
	case "array":
		closed(t, d, below(at, "items"))
	case "string", "number", "integer", "boolean":
	default:
		if len(branches) == 0 {
			t.Errorf("%s: got the type %v, want one", at, schema["type"])
		}
	}
}

// S21: the description of a document matches its own schema, except for the relation between the
// start and the end of a period, for which no generator has a type.
func TestDocumentIsDescribed(t *testing.T) {
	text, err := os.ReadFile("../../document/usagedata-1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	published := read(t, text)
	definitions := published["$defs"].(tree)
	definitions[""] = tree{"type": published["type"], "additionalProperties": published["additionalProperties"],
		"required": published["required"], "properties": published["properties"],
		"description": described(t).all["components"].(tree)["schemas"].(tree)["Document"].(tree)["description"]}
	delete(published["properties"].(tree)["period"].(tree), "allOf")
	want, got := tree{}, tree{}
	for name, schema := range definitions {
		if !slices.Contains([]string{"next_hour", "next_day", "same_month", "same_year"}, name) {
			want[componentName(name)] = rewriteReferences(schema)
		}
	}
	for name, schema := range described(t).all["components"].(tree)["schemas"].(tree) {
		if strings.HasPrefix(name, "Document") {
			got[name] = schema
		}
	}
	if diff := compare.Diff(want, got); diff != "" {
		t.Errorf("document (-published +described):\n%s", diff)
	}
}

// componentName returns the name in this description of a definition there: DocumentValue1 of
// value_1.
func componentName(definition string) string {
	name := "Document"
	for word := range strings.SplitSeq(definition, "_") {
		name += strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	}
	return name
}

// rewriteReferences rewrites references to those of the description.
func rewriteReferences(node any) any {
	switch is := node.(type) {
	case tree:
		for key, value := range is {
			is[key] = rewriteReferences(value)
			if to, ok := value.(string); ok && key == "$ref" {
				is[key] = below(schemasAt, componentName(strings.TrimPrefix(to, "#/$defs/")))
			}
		}
	case []any:
		for i := range is {
			is[i] = rewriteReferences(is[i])
		}
	}
	return node
}
