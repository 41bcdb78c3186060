package sdk_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/silent"
)

// SEND-5: if a file is on a server that is gone, only its reader fails, after two seconds.
func TestUnresponsiveFilesTimeOut(t *testing.T) {
	root := t.TempDir()
	gone := filepath.Join(root, "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	if !silent.RunInChild(t, gone) {
		return
	}
	file := filepath.Join(gone, "file")
	for name, read := range map[string]func() error{
		"file": func() error {
			_, err := sdk.Env{Root: rooted.At(root)}.ReadFile(t.Context(), "gone/file", 1)
			return err
		},
		"credentials": func() error { _, _, err := sdk.Credentials(file); return err },
		"authorities": func() error { _, err := sdk.CertPool(file); return err },
	} {
		began := time.Now()
		err := read()
		if took := time.Since(began); sdk.Explain(err) != sdk.TimedOut || err == nil || took > 2*lookup.Limit {
			t.Errorf("%s: got %v after %v", name, err, took)
		}
	}
}
