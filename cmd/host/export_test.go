package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/handover"
)

// VIEW-1: the documents of an export are printed byte for byte, except those that a terminal could take
// for commands.
func TestShowExport(t *testing.T) {
	const plain, strange = "{\n\t\"name\": \"Tölz\"\r\n}\n", "{\"a\": \"\x1b]0;owned\x07\"}"
	var file bytes.Buffer
	w, err := handover.NewWriter(&file, "acme")
	for i, body := range []string{plain, strange, plain} {
		id := "acme-20260301T1" + string(rune('0'+i)) + "00Z-00000000000000000000000000"
		err = errors.Join(err, w.Add(handover.Document{ID: id, Body: []byte(body)}))
	}
	path := filepath.Join(t.TempDir(), "out.gz")
	if err := errors.Join(err, w.End(), os.WriteFile(path, file.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = showExport(&out, path)
	if err == nil || !strings.HasSuffix(err.Error(), "it has control characters") || out.String() != plain+plain {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
