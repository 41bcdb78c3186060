package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// COLL-1: a wrong --receipt replaces neither the export nor a folder, and is told before anything is stored.
func TestWrongReceipt(t *testing.T) {
	folder, path := tried(t)
	export := filepath.Join(folder, "site.export")
	if err := os.WriteFile(export, []byte{0x1f, 0x8b}, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(export, link); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(folder, "store")
	for receipt, want := range map[string]string{
		export: "would replace the file", link: "would replace the file", inside: "not a regular file",
	} {
		code, _, errs := ran(t, "--config", path, "import", export, "--receipt", receipt)
		if code != exitUsage || !strings.Contains(errs, want) || !strings.Contains(errs, "hint: ") {
			t.Errorf("%s: got %d, %q, want %q", receipt, code, errs, want)
		}
	}
	if text := readFile(t, export); text != "\x1f\x8b" {
		t.Errorf("the export is %q", text)
	}
}
