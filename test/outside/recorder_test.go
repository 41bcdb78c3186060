package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

// serve starts a recorder with this page and returns its settings.
func serve(t *testing.T, page http.HandlerFunc) map[string]any {
	t.Helper()
	s := httptest.NewUnstartedServer(page)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // some tests make clients hang up
	s.StartTLS()
	t.Cleanup(s.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"url": s.URL + "/status", "ca": ca}
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

// If the recorder can't be read, only its category is missing, with the reason, and no log line has
// its address.
func TestFaultsOfTheRecorder(t *testing.T) {
	untrusted := serve(t, answer(`{}`))
	delete(untrusted, "ca")
	gone := serve(t, answer(`{}`))
	gone["url"] = "https://127.0.0.1:1/status"
	for name, tt := range map[string]struct {
		settings map[string]any
		want     sdk.Reason
	}{
		"an error": {serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }),
			sdk.SourceFailed},
		"a redirect": {serve(t, http.RedirectHandler("https://elsewhere.example/", http.StatusFound).ServeHTTP),
			sdk.SourceFailed},
		"no answer": {serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
			sdk.SourceFailed},
		"nothing":           {serve(t, answer("")), sdk.Malformed},
		"garbage":           {serve(t, answer("<html>")), sdk.Malformed},
		"a negative number": {serve(t, answer(`{"stored": -1}`)), sdk.Malformed},
		"too much":          {serve(t, answer(`{"stored": 1`+strings.Repeat(" ", maxAnswer)+`}`)), sdk.Malformed},
		"not trusted":       {untrusted, sdk.Untrusted},
		"gone":              {gone, sdk.Refused},
	} {
		got := collect(t, "testdata/good", tt.settings)
		if reason := got.Omitted["recordings"]; reason != tt.want || len(got.Omitted) != 1 {
			t.Errorf("%s: got %v omitted, want recordings with the reason %q\n%s", name, got.Omitted, tt.want, got.Log)
		}
		if strings.Contains(got.Log, "127.0.0.1") || strings.Contains(got.Log, "elsewhere") {
			t.Errorf("%s: got an address in the log, want none\n%s", name, got.Log)
		}
	}
}

// If the recorder is not configured, nothing is wrong, and nothing is logged.
func TestNoRecorder(t *testing.T) {
	got := collect(t, "testdata/good")
	if reason := got.Omitted["recordings"]; reason != sdk.NotConfigured || got.Log != "" {
		t.Errorf("got the reason %q and log %q, want %q and no line", reason, got.Log, sdk.NotConfigured)
	}
}
