package leak

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/kind"
)

// machineOf returns a machine with that host name, these files and no interfaces.
func machineOf(t testing.TB, hostname string, files map[string]string) machine {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
			os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return machine{
		root:       dir,
		hostname:   func() (string, error) { return hostname, nil },
		interfaces: func() ([]net.Interface, error) { return nil, nil },
		addresses:  func() ([]net.Addr, error) { return nil, nil },
	}
}

// bare holds the files that every machine has.
var bare = map[string]string{"etc/hosts": "", "etc/passwd": ""}

// gateOf returns the [Gate] of a machine, without pseudonymized values.
func gateOf(t testing.TB, m machine) *Gate {
	t.Helper()
	names, err := m.names()
	if err != nil {
		t.Fatal(err)
	}
	return New(names, Pseudonymized{}, nil)
}

// gateFor returns a [Gate] that knows these pseudonymized values and nothing else.
func gateFor(values ...value) *Gate {
	return New(Unnamed(), Pseudonymized{
		Each: func(yield func(kind.Kind, string)) {
			for _, v := range values {
				yield(v.kind, v.text)
			}
		},
	}, nil)
}

// finds reports the texts in which the gate's result differs from the expected one.
func finds(t *testing.T, g *Gate, want map[string]string) {
	t.Helper()
	for text, rule := range want {
		if got, found := g.Find(text, nil); got != rule || found != (rule != "") {
			t.Errorf("%q: got %q, want %q", text, got, rule)
		}
	}
}
