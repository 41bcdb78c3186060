package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// serve starts a recorder with this page and returns its settings.
func serve(t *testing.T, page http.HandlerFunc) map[string]any {
	t.Helper()
	settings := sdktest.Serve(t, page)
	settings["url"] = fmt.Sprint(settings["url"], "/status")
	return settings
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

// If the recorder can't be read, only its category is missing, with the reason, and no log line has
// its address.
func TestFaultsOfTheRecorder(t *testing.T) {
	gone := serve(t, answer(`{}`))
	gone["url"] = "https://127.0.0.1:1/status"
	for name, tt := range map[string]struct {
		settings map[string]any
		want     sdk.Reason
	}{
		"an error": {serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }),
			sdk.SourceFailed},
		"garbage":           {serve(t, answer("<html>")), sdk.Malformed},
		"a negative number": {serve(t, answer(`{"stored": -1}`)), sdk.Malformed},
		"gone":              {gone, sdk.Refused},
	} {
		got := collect(t, "testdata/good", tt.settings)
		if reason := got.Omitted["recordings"]; reason != tt.want || len(got.Omitted) != 1 {
			t.Errorf("%s: got %v omitted, want recordings with the reason %q\n%s", name, got.Omitted, tt.want, got.Log)
		}
		if strings.Contains(got.Log, "127.0.0.1") {
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
