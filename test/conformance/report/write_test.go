package report_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"polycom.com/usagedata/test/conformance/report"
)

// All three files are there, everybody may read them whatever the umask of the one who wrote them, and nothing else is
// left.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "build", "reports")
	for range 2 { // the second time over what is there
		if err := report.Write(dir, bad(t)); err != nil {
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

// A report that can't be written is an error, and what was there stays.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a file"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := report.Write(filepath.Join(dir, "a file"), good(t)); err == nil {
		t.Error("got no error for a folder that is a file, want one")
	}
	if err := os.MkdirAll(filepath.Join(dir, "report.html", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := report.Write(dir, good(t)); err == nil {
		t.Error("got no error where report.html is a folder, want one")
	}
	if got, err := os.ReadFile(filepath.Join(dir, "a file")); err != nil || string(got) != "kept" {
		t.Errorf("got %q, %v want what was there", got, err)
	}
}
