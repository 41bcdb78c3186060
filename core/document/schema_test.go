package document_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// published compiles [document.Schema], the schema of all documents.
var published = sync.OnceValues(func() (*jsonschema.Schema, error) { return compile(document.Schema) })

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	s, err := published()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func compile(text []byte) (*jsonschema.Schema, error) {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("x.schema.json", parsed); err != nil {
		return nil, err
	}
	return c.Compile("x.schema.json")
}

func validate(s *jsonschema.Schema, body []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// CAT-*, ANON-1: whatever a plugin sends, for whatever profile, the document matches its published
// schema.
func TestEveryDocumentIsAsPublished(t *testing.T) {
	machine := acmeCore(t)
	rapid.Check(t, func(t *rapid.T) {
		p := acme()
		p.Categories = nil
		for i := range rapid.IntRange(1, 4).Draw(t, "categories") {
			c := profile.Category{Name: fmt.Sprint("category_", i)}
			for j := range rapid.IntRange(1, 4).Draw(t, "fields") {
				c.Fields = append(c.Fields, drawField(t, fmt.Sprint("field_", j), 1))
			}
			p.Categories = append(p.Categories, c)
		}
		p.Limits.Document = rapid.Int64Range(2000, 100_000).Draw(t, "limit")
		body := drawDocument(t, machine, p)
		asPublished(t, body, productSchema(t, p))
		if int64(len(body)) >= p.Limits.Document || bytes.ContainsAny(body, "\r\x00") {
			t.Fatalf("got %d bytes, want fewer than %d, without carriage returns", len(body), p.Limits.Document)
		}
	})
}

// CAT-*: the documents of the existing products match it too, whichever of their fields are
// accepted.
func TestEveryDocumentOfAProductIsAsPublished(t *testing.T) {
	machine, folders := acmeCore(t), shipped(t)
	for _, folder := range folders {
		p, err := profile.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		s := productSchema(t, p)
		t.Run(p.ID, rapid.MakeCheck(func(t *rapid.T) { asPublished(t, drawDocument(t, machine, p), s) }))
	}
}

// shipped returns the folders of the products.
func shipped(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../plugins/*/" + profile.FileName)
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d profiles, %v", len(files), err)
	}
	for i := range files {
		files[i] = filepath.Dir(files[i])
	}
	return files
}

type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func productSchema(t fatal, p profile.Profile) *jsonschema.Schema {
	t.Helper()
	text, err := document.SchemaOf(p)
	if err != nil {
		t.Fatal(err)
	}
	s, err := compile(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return s
}

// asPublished checks that a document matches both schemas.
func asPublished(t fatal, body []byte, product *jsonschema.Schema) {
	t.Helper()
	general, err := published()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(general, body); err != nil {
		t.Fatalf("%v in\n%s", err, body)
	}
	if err := validate(product, body); err != nil {
		t.Fatalf("schema of the product: %v in\n%s", err, body)
	}
}

// The schema in the repository has the layout that the host writes, with its sentences and the
// kinds of the table.
func TestSchemaMatchesTheCode(t *testing.T) {
	var published struct {
		Properties struct {
			Format struct{ Const string }
		}
		Defs struct {
			Count, Version json.RawMessage
			Reason         struct{ Enum []string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(document.Schema, &published); err != nil {
		t.Fatal(err)
	}
	if published.Properties.Format.Const != document.Format {
		t.Errorf("got format %q, want %q", published.Properties.Format.Const, document.Format)
	}
	sentences := map[string]bool{usage.Unexplained.Sentence(): true}
	for _, word := range usage.Words() {
		if reason := usage.Reason(word); reason != usage.Inapplicable {
			sentences[reason.Sentence()] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(sentences)),
		slices.Sorted(slices.Values(published.Defs.Reason.Enum))); diff != "" {
		t.Errorf("reasons, want - got +:\n%s", diff)
	}
	for of, got := range map[kind.Kind]json.RawMessage{kind.Count: published.Defs.Count,
		kind.Version: published.Defs.Version} {
		if want := kind.Of(of).Schema; string(got) != want {
			t.Errorf("%s: got %s, want %s", of, got, want)
		}
	}
}
