package networkusage

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// hour is the period of the tests.
func hour() sdk.Period {
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	return sdk.Period{Start: start, End: start.Add(time.Hour)}
}

// exportAt is configured to read a file or folder beneath the root /.
func exportAt(path string) *Export {
	e, _ := logged(path)
	return e
}

// outside is in place of a test where there is none: before TestMain has run them.
type outside struct{ testing.TB }

func (outside) Helper() {}

func logged(path string) (*Export, *bytes.Buffer) {
	var log bytes.Buffer
	env := sdktest.Env(outside{}, sdktest.On{Root: "/", Sources: map[string]any{Source: map[string]any{"files": path}}})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	return Open(env), &log
}

// written is an export as text.
func written(t testing.TB, e standin.Export) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := e.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// writeExport writes one into a file, compressed if its name says so, without holding it.
func writeExport(t testing.TB, path string, e standin.Export) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var to io.Writer = f
	if strings.HasSuffix(path, ".gz") {
		zipped := gzip.NewWriter(f)
		defer closed(t, f)
		defer closed(t, zipped)
		to = zipped
	} else {
		defer closed(t, f)
	}
	if err := e.Write(to); err != nil {
		t.Fatal(err)
	}
}

func closed(t testing.TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func gzipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	closed(t, w)
	return to.Bytes()
}

// zipped makes an archive of these entries.
func zipped(t testing.TB, entries map[string][]byte) []byte {
	t.Helper()
	var to bytes.Buffer
	w := zip.NewWriter(&to)
	for name, text := range entries {
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, w)
	return to.Bytes()
}

// folder holds these files, each a minute older than the one before it in files.
func folder(t testing.TB, files ...file) string {
	t.Helper()
	dir := t.TempDir()
	for i, f := range files {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, f.text, 0o600); err != nil {
			t.Fatal(err)
		}
		at := hour().End.Add(-time.Duration(i) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type file struct {
	name string
	text []byte
}
