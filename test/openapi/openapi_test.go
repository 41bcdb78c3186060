// Package openapi_test checks the API's description with other programs: two linters, and a
// generator of types. The API's own tests check that the API matches its description.
package openapi_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const description = "../../core/admin/api/openapi.json"

// remaining are the accepted warnings, with their reasons.
var remaining = map[string]string{
	"spectral warn info-contact info": "whom to ask is the product's own matter, not the service's",
}

// S22: redocly and spectral report no errors, and only warnings that have a reason.
func TestLintersFindNothing(t *testing.T) {
	var unexplained []string
	for _, line := range lint(t, description) {
		if remaining[line] == "" {
			unexplained = append(unexplained, line)
		}
	}
	if len(unexplained) > 0 {
		t.Errorf("got %s, want nothing more than %v", strings.Join(unexplained, "\n"), remaining)
	}
}

// The linters do find faults.
func TestLintersFindFaults(t *testing.T) {
	got := lint(t, with(t, `"security": [],`, ``, `"items": {"$ref": "#/components/schemas/Protection"},`, ``))
	for _, want := range []string{"redocly error security-defined", "spectral error array-items"} {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, want) }) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
}

// S22: the generated types have every member: none is unknown, and none is an untyped object. The
// other lines with these words are in each output of the generator: there are no webhooks and no
// $defs, and answers may have any headers.
func TestTypesAreWhole(t *testing.T) {
	always := []string{"[name: string]: unknown;", "export type $defs = Record<string, never>;",
		"export type webhooks = Record<string, never>;"}
	for what, c := range map[string]struct {
		file string
		want []string
	}{
		"as it is": {description, always},
		"with a bare object": {with(t, `"plugin": {"$ref": "#/components/schemas/Plugin"}`,
			`"plugin": {"type": "object"}`),
			append(slices.Clone(always), "plugin: Record<string, never>;")},
	} {
		vague := map[string]bool{}
		for line := range strings.Lines(node(t, "types.mjs", c.file)) {
			if strings.Contains(line, "unknown") || strings.Contains(line, "Record<") {
				vague[strings.TrimSpace(line)] = true
			}
		}
		if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(vague))); diff != "" {
			t.Errorf("%s: lines without a type (-want +got):\n%s", what, diff)
		}
	}
}

// with returns a copy of the description in which each text, which must occur once, is replaced.
func with(t *testing.T, replaced ...string) string {
	t.Helper()
	text, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(replaced, 2) {
		if strings.Count(string(text), pair[0]) != 1 {
			t.Fatalf("the description has %q %d times, want once", pair[0], strings.Count(string(text), pair[0]))
		}
		text = []byte(strings.Replace(string(text), pair[0], pair[1], 1))
	}
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func lint(t *testing.T, file string) (lines []string) {
	t.Helper()
	return slices.DeleteFunc(strings.Split(node(t, "lint.mjs", file), "\n"), func(s string) bool { return s == "" })
}

// node runs a script with the packages that test/setup.sh installed: versions and checksums are in
// package-lock.json.
func node(t *testing.T, script, file string) string {
	t.Helper()
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatalf("its packages are missing: %v; `npm ci` in test/openapi fetches them, and so does test/setup.sh", err)
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	var out, complaint bytes.Buffer
	c := exec.Command("node", script, absolute)
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v: %s", script, err, complaint.Bytes())
	}
	return out.String()
}
