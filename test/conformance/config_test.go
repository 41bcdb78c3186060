package conformance

import (
	"os"
	"path/filepath"
	"testing"
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
		f, err := readFile(path)
		if (err == nil) != ok || ok && len(f.Names) != 1 {
			t.Errorf("%q: got %+v, %v", text, f, err)
		}
	}
}
