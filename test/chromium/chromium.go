// Package chromium starts a real browser for a test.
package chromium

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Start starts a real headless Chromium with a fresh profile. After the test it ends the browser
// and all of its children.
func Start(t testing.TB) context.Context {
	t.Helper()
	data := t.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(data),
		chromedp.ExecPath("chromium"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update",
			true))
	ctx, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	t.Cleanup(func() {
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := chromedp.Cancel(limited); err != nil {
			t.Errorf("stop chromium: %v", err)
		}
		free()
		gone(t, data)
	})
	return ctx
}

// Keep writes a picture for people to inspect, if USAGEDATA_ARTEFACTS names a folder for them.
func Keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	folder := os.Getenv("USAGEDATA_ARTEFACTS")
	if folder == "" {
		return
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// gone waits until every process that uses the browser's data folder has ended.
func gone(t testing.TB, data string) {
	t.Helper()
	late, again := time.After(10*time.Second), time.NewTicker(20*time.Millisecond)
	defer again.Stop()
	for {
		left := 0
		processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, p := range processes {
			if command, err := os.ReadFile(p); err == nil && strings.Contains(string(command), data) {
				left++
			}
		}
		if left == 0 {
			return
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("got %d processes of chromium left, want 0", left)
		}
	}
}
