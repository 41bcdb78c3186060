package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/scene"
)

// S5: text after the end of the document would not take effect. S6: a byte order mark is not part
// of the first key.
func TestTheFileIsOneDocument(t *testing.T) {
	for text, ok := range map[string]bool{
		"names: [a]\n": true, "---\nnames: [a]\n": true, "\ufeffnames: [a]\n": true, "names: [a]\n...\n": true,
		"names: [a]\n---\nwaivers: []\n": false, "names: [a]\n...\nwaivers: []\n": false, "names: [a]\n---\n{": false,
	} {
		path := filepath.Join(t.TempDir(), "conformance.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := readFile(t.Context(), path)
		if (err == nil) != ok || ok && len(f.Names) != 1 {
			t.Errorf("%q: got %+v, %v", text, f, err)
		}
	}
}

// A mistake in the file is reported with its line, without a type of Go.
func TestMistakesInTheFileHaveTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"\nname: [a]\n":  "line 2: unknown field \"name\"",
		"names: a\n":     "line 1: the value has the wrong form",
		"\nsources: 1\n": "line 2: the value has the wrong form",
		"names: [a\n":    "line 1: ",
		"":               "the file is empty",
		"# none\n---\n":  "the file is empty",
	} {
		path := filepath.Join(t.TempDir(), "conformance.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readFile(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), path+": "+want) || strings.Contains(err.Error(), "Go ") {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// PLUG-2: a source that the suite was not given is told, because nobody has tested its collectors.
func TestSourcesThatAreNotConfiguredAreTold(t *testing.T) {
	p := profile.Profile{Sources: []profile.Source{{Name: "agent"}, {Name: "database"}}}
	for _, w := range []scene.World{{}, {Sources: map[string]any{"agent": nil}}} {
		got := unconfigured(p, w)
		if len(got) != 2-len(w.Sources) || got[len(got)-1] != "source database is not configured" {
			t.Errorf("with %d sources: got %q", len(w.Sources), got)
		}
	}
}
