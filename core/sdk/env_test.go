package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"polycom.com/usagedata/core/internal/rooted"
)

func sourcesOf(t *testing.T, text string) (sources map[string]json.RawMessage) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &sources); err != nil {
		t.Fatal(err)
	}
	return sources
}

func TestSource(t *testing.T) {
	env := Env{Sources: sourcesOf(t, `{"api":{"url":"https://localhost"},"other":{"urL2":1}}`)}
	var settings struct {
		URL string `json:"url"`
	}
	if err := env.Source("api", &settings); err != nil || settings.URL != "https://localhost" {
		t.Errorf("got %q, %v, want the configured URL", settings.URL, err)
	}
	if err := env.Source("absent", &settings); !errors.Is(err, ErrNotConfigured) {
		t.Errorf("got %v, want %v", err, ErrNotConfigured)
	}
	if err := env.Source("other", &settings); err == nil || !strings.Contains(err.Error(), "source other") {
		t.Errorf("a setting that is not known: got %v, want an error that names the source", err)
	}
}

const limit = 16

// A file is read within its bound, or there is a reason why not. The error names no file (ANON-1),
// and the read does not block (SEND-5).
func TestReadFile(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"good": "sixteen bytes...", "long": "seventeen bytes..", "empty": ""} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600),
		os.Symlink("/good", filepath.Join(root, "link")), // a target on the appliance
	); err != nil {
		t.Fatal(err)
	}
	env := Env{Root: rooted.At(root)}
	for name, want := range map[string]struct {
		text   string
		reason Reason
	}{
		"good":              {text: "sixteen bytes..."},
		"/good":             {text: "sixteen bytes..."}, // the form of a setting of the kind path
		"../absent/../good": {text: "sixteen bytes..."},
		"link":              {text: "sixteen bytes..."},
		"empty":             {text: ""},
		"long":              {reason: Malformed},
		"pipe":              {reason: Malformed},
		".":                 {reason: Malformed},
		"absent":            {reason: NotFound},
	} {
		text, err := env.ReadFile(t.Context(), name, limit)
		if string(text) != want.text {
			t.Errorf("%s: got %q, want %q", name, text, want.text)
		}
		if err != nil && (Explain(err) != want.reason || strings.Contains(err.Error(), root)) ||
			(err != nil) != (want.reason != "") {
			t.Errorf("%s: got %v, want the reason %q and no path", name, err, want.reason)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if text, err := env.ReadFile(ended, "good", limit); err == nil {
		t.Errorf("after the end of its time: got %q, want an error", text)
	}
}

// A root in memory serves a test as well, except that it has no paths.
func TestARootInMemory(t *testing.T) {
	env := Env{Root: fstest.MapFS{"etc/hostname": {Data: []byte("acme-1")}}}
	if text, err := env.ReadFile(t.Context(), "etc/hostname", limit); string(text) != "acme-1" || err != nil {
		t.Errorf("got %q, %v, want the file", text, err)
	}
	if _, err := os.Stat(env.Path("etc")); err == nil {
		t.Errorf("got %s, want a path that leads nowhere", env.Path("etc"))
	}
}
