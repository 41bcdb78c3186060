package newcomer

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const outside = checkout + "/test/outside"

// does runs a program in a folder and returns its output.
func does(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command(args[0], args[1:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "MAKEFLAGS=", "MAKELEVEL=") // without the calling make's flags
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%v in %s: %v\n%s", args, dir, err, out)
	}
	return string(out)
}

// PLUG-1, PLUG-2: a plugin in another team's repository needs only the SDK's module. It is not part
// of this module, it is tidy, and it passes its own tests. If go mod tidy would change it, run that
// in test/outside.
func TestOutsidePluginNeedsOnlyTheSDK(t *testing.T) {
	if got := does(t, checkout, "go", "list", "./..."); strings.Contains(got, "/outside") ||
		!strings.Contains(got, "/test/newcomer\n") {
		t.Errorf("got %s, want the packages of this module without the plugin's", got)
	}
	if got := does(t, outside, "go", "list", "-m"); got != "example.com/recording/beacon\n" {
		t.Errorf("got module %s, want one of its own", got)
	}
	does(t, outside, "go", "mod", "tidy", "-diff")
	does(t, outside, "go", "vet", "./...")
	does(t, outside, "go", "test", "./...")
	does(t, outside, "go", "tool", "-modfile", filepath.Join("..", "..", "go.mod"), "staticcheck", "./...")
}

// The plugin conforms, with the recorder that it reads and without one.
func TestOutsidePluginConforms(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	for name, config := range map[string]string{"with a recorder": recorder(t), "without": ""} {
		output := does(t, outside, "make", "--no-print-directory", "conformance", "OUT="+out, "CONFIG="+config)
		if !strings.Contains(output, "\nconformant: ") {
			t.Errorf("%s: got\n%s\nwant conformant", name, output)
		}
	}
}

// The preview shows the values of a configured source too, from a file that the suite also takes. Its name may be
// relative.
func TestOutsidePluginPreviewsItsSources(t *testing.T) {
	config := recorder(t)
	from, err := filepath.Abs(outside)
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(from, config)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{config, relative} {
		out := filepath.Join(t.TempDir(), "out")
		output := does(t, outside, "make", "--no-print-directory", "preview", "OUT="+out, "CONFIG="+name)
		if !strings.Contains(output, "812") || strings.Contains(output, "not configured") {
			t.Errorf("%s: got\n%s\nwant the recorder's 812", name, output)
		}
	}
}

// recorder runs a fake of the product's status page, and returns the path of the suite's
// configuration.
func recorder(t *testing.T) string {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"stored": 812, "active": 2}`)
	}))
	t.Cleanup(s.Close)
	dir := t.TempDir()
	ca, config := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "suite.yaml")
	for path, text := range map[string][]byte{
		ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}),
		config: fmt.Appendf(nil, "names: [canary.example.com]\nsources:\n  recorder: {url: %q, ca: %q}\nwaivers: []\n",
			s.URL+"/status", ca),
	} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return config
}
