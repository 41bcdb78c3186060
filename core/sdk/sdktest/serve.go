package sdktest

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Serve starts a product's API for the test, over HTTPS, and returns the settings of a source that
// reads it, for [On]: url and ca. Add the settings that the profile requires besides, such as
// credentials; [Secret] writes a file for them.
func Serve(t testing.TB, api http.Handler) map[string]any {
	t.Helper()
	server := httptest.NewUnstartedServer(api)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // some tests make clients hang up
	server.StartTLS()
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return map[string]any{"url": server.URL, "ca": Secret(t, string(authority))}
}

// Secret writes a file with the text, which only its owner can read, as an administrator does for a
// setting of the kind secret. It returns the path.
func Secret(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
