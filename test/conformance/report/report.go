// Package report shows what a run of the conformance suite found: on the console while it runs, as a page for people
// (report.html), for build servers (junit.xml), and for programs (result.json).
//
// It knows results and nothing of how they came about. Texts in a result come partly from a plugin, so every report
// cleans them first (clean.go): no text of a plugin's does anything in a report but be read.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/test/conformance/result"
)

// files are the reports that Write writes, by the names that build servers are set up with.
var files = []struct {
	name  string
	write func(io.Writer, result.Result) error
}{
	{"result.json", writeJSON},
	{"junit.xml", writeJUnit},
	{"report.html", writeHTML},
}

// Write writes all three files into the folder, which it makes where there is none. Each is whole or, after an error,
// as it was before; the folder may be a build server's, whose user is another one, so everybody may read them.
func Write(dir string, r result.Result) error {
	if err := durable.MakeFolder(durable.OS{}, dir, 0o755); err != nil {
		return fmt.Errorf("make the folder of the reports: %w", err)
	}
	for _, f := range files {
		var text bytes.Buffer
		if err := f.write(&text, r); err != nil {
			return err
		}
		path := filepath.Join(dir, f.name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return fmt.Errorf("write %s: a folder has this name", path)
		}
		if err := durable.WriteFile(durable.OS{}, path, text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes result.json: the whole result, indented, the same bytes for the same result.
func writeJSON(w io.Writer, r result.Result) error {
	lines := json.NewEncoder(w)
	lines.SetIndent("", "  ")
	if err := lines.Encode(each(r, clean)); err != nil {
		return fmt.Errorf("write result.json: %w", err)
	}
	return nil
}
