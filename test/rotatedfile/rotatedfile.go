// Package rotatedfile has the table of names with which two rules are tested alike: which rotated
// files the host lets a plugin read, and which a plugin reads.
package rotatedfile

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed names.json
var table []byte

// Names lists files in the folder of a configured one: rotations of the same file, and others.
type Names struct{ Same, Others []string }

// Beside returns the [Names] by the configured file's name.
func Beside(t testing.TB) (names map[string]Names) {
	t.Helper()
	if err := json.Unmarshal(table, &names); err != nil {
		t.Fatal(err)
	}
	return names
}
