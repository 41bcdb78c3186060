// Package report shows the results of a run of the conformance suite: on the console while it runs,
// as a page for people (report.html), for build servers (junit.xml), and for programs
// (result.json).
//
// It depends only on [result.Result]. Some texts in a result come from a plugin, so every report
// cleans them first (clean.go): a plugin's text can be read in a report, and can do nothing else
// there.
package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/test/conformance/result"
)

// files lists the reports that [Write] writes, under the names that build servers expect.
var files = []struct {
	name  string
	write func(io.Writer, result.Result) error
}{
	{result.FileName, writeJSON},
	{"junit.xml", writeJUnit},
	{"report.html", writeHTML},
}

// Write writes all three files into the folder, and creates the folder if it does not exist. If
// there is an error, each file is either complete or as it was before. All users may read the
// files, because the folder may belong to a build server that runs as another user.
func Write(dir string, r result.Result) error {
	if err := durable.MakeFolder(durable.OS{}, dir, 0o755); err != nil {
		return fmt.Errorf("create the folder for the reports: %w", err)
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
	text, err := JSON(r)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write result.json: %w", err)
	}
	return nil
}

// JSON returns the content of result.json, as [Write] writes it.
func JSON(r result.Result) ([]byte, error) { return result.Encode(each(r, clean)) }
