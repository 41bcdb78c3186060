// Package rotatedfile has the table of names by which two rules are tested alike: which rotated files the host lets a
// plugin read, and which a plugin reads.
package rotatedfile

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed names.json
var table []byte

// Names are those of files beside a configured one: of the same file, and of others.
type Names struct{ Same, Others []string }

// Beside returns the names by the configured file's own.
func Beside(t testing.TB) (names map[string]Names) {
	t.Helper()
	if err := json.Unmarshal(table, &names); err != nil {
		t.Fatal(err)
	}
	return names
}
