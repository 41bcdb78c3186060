package sdk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-hclog"
)

const limit = 16

// A file is read within its bound, or there is a reason why not; the error names no file (ANON-1), and nothing is
// waited for (SEND-5).
func TestReadFile(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"good": "sixteen bytes...", "long": "seventeen bytes..", "empty": ""} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	env, err := NewEnv(root, nil, hclog.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		text   string
		reason Reason
	}{
		"good":   {text: "sixteen bytes..."},
		"empty":  {text: ""},
		"long":   {reason: Malformed},
		"pipe":   {reason: Malformed},
		".":      {reason: Malformed},
		"absent": {reason: NotFound},
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
