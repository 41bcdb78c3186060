package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/test/conformance/result"
)

// All three files exist, all users may read them whatever the umask of the writing process, and no
// other file is left.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "build", "reports")
	for range 2 { // the second time over existing files
		if err := Write(dir, bad(t)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o644 || info.Size() == 0 {
			t.Errorf("%s: got mode %v and %d bytes, want 0644 and some", e.Name(), info.Mode(), info.Size())
		}
		got = append(got, e.Name())
	}
	if want := []string{"junit.xml", "report.html", "result.json"}; !slices.Equal(got, want) {
		t.Errorf("got files %q want %q", got, want)
	}
}

// If a report cannot be written, Write returns an error, and the previous file is kept.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a file"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "a file"), good(t)); err == nil {
		t.Error("got no error for a folder that is a file, want one")
	}
	if err := os.MkdirAll(filepath.Join(dir, "report.html", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, good(t)); err == nil {
		t.Error("got no error where report.html is a folder, want one")
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a file")); err != nil || string(got) != "kept" {
		t.Errorf("got %q, %v want what was there", got, err)
	}
}

// Reading and writing again yields the same bytes: result.json can be kept and compared.
func TestJSONIsStable(t *testing.T) {
	want, err := os.ReadFile("testdata/conformant.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := writeJSON(&got, good(t)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("testdata/conformant.json, read and written (-want +got):\n%s", diff)
	}
}

// Nothing is lost on the way, whatever the outcome.
func TestJSONHoldsAll(t *testing.T) {
	want := bad(t)
	var text bytes.Buffer
	if err := writeJSON(&text, want); err != nil {
		t.Fatal(err)
	}
	var got result.Result
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written and read (-want +got):\n%s", diff)
	}
}
