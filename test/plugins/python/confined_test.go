package python

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
)

// PLUG-1: the real host runs a plugin of another language like any other, confined by everything
// that the kernel supports.
func TestConfined(t *testing.T) {
	installed, err := product.Open(built)
	if err != nil {
		t.Fatal(err)
	}
	got, err := hostOf(t, installed).Collect(t.Context(), usage.LastPeriod(time.Now()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Observations) != 10 || len(got.Omissions) != 0 {
		t.Errorf("got %d observations, omitted %v want 10, none", len(got.Observations), got.Omissions)
	}
}

// A script needs an interpreter, and a plugin's process executes only the file that was checked. In
// the same folder the plugin itself does start.
func TestScriptIsNotStarted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), ID)
	if err := os.CopyFS(dir, os.DirFS(built)); err != nil {
		t.Fatal(err)
	}
	installed, err := product.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hostOf(t, installed).Describe(t.Context()); err != nil {
		t.Fatal(err)
	}
	script := []byte("#!/bin/sh\necho ran >" + filepath.Join(dir, "ran") + "\n")
	if err := os.WriteFile(installed.Plugin(), script, 0o755); err != nil {
		t.Fatal(err)
	}
	installed.Sum = sha256.Sum256(script)
	if _, err := hostOf(t, installed).Describe(t.Context()); err == nil {
		t.Error("got no error")
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("it ran")
	}
}

func hostOf(t *testing.T, installed product.Installed) *pluginhost.Host {
	t.Helper()
	root, err := filepath.Abs("testdata/good")
	if err != nil {
		t.Fatal(err)
	}
	return &pluginhost.Host{Product: installed, Run: sockets(t), Root: root, Log: hclog.NewNullLogger()}
}
