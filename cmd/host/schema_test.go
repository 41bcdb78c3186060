package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/profile"
)

// S21: the command prints each product's schema, as [document.SchemaOf] returns it, from its
// profile, without a configuration, and a validator compiles it.
func TestSchemaIsPrinted(t *testing.T) {
	profiles, err := filepath.Glob("../../plugins/*/" + profile.FileName)
	if err != nil || len(profiles) == 0 {
		t.Fatalf("got %d profiles, %v", len(profiles), err)
	}
	for _, path := range profiles {
		folder := filepath.Dir(path)
		p, err := profile.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		want, err := document.SchemaOf(p)
		if err != nil {
			t.Fatal(err)
		}
		var out, complaints bytes.Buffer
		code := run(t.Context(), []string{"--config", "nowhere.yaml", "schema", "--profile", folder},
			streams{out: &out, err: &complaints})
		if code != exitOK || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: got exit code %d, %s, %d bytes, want the schema of %d", p.ID, code, complaints.Bytes(),
				out.Len(), len(want))
		}
		compiles(t, p.ID+".schema.json", out.Bytes())
	}
}

func compiles(t *testing.T, name string, text []byte) {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, parsed); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Compile(name); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// A folder without a profile and a missing configuration are usage errors.
func TestSchemaWithoutAProfile(t *testing.T) {
	for _, args := range [][]string{{"schema", "--profile", t.TempDir()}, {"--config", "nowhere.yaml", "schema"},
		{"schema", "acme"}} {
		var out, complaints bytes.Buffer
		if code := run(t.Context(), args, streams{out: &out, err: &complaints}); code != exitUsage || out.Len() > 0 ||
			complaints.Len() == 0 {
			t.Errorf("%v: got exit code %d, %d bytes, %q, want %d and an error", args, code, out.Len(),
				complaints.Bytes(), exitUsage)
		}
	}
}
