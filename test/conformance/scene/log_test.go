package scene

import "testing"

// A level is taken as the host takes it, and a word that hclog does not have is none.
func TestLogLevels(t *testing.T) {
	for word, want := range map[string]string{
		"error": "error", "ERROR": "error", "Warn": "warn", "trace": "trace", "fatal": "", "off": "", "": "",
	} {
		got := logLine(`{"@level":"` + word + `","@message":"all is well"}`)
		if got.Level != want || got.JSON != (want != "") {
			t.Errorf("%q: got the level %q, JSON %v, want %q", word, got.Level, got.JSON, want)
		}
	}
}
