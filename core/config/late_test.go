package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/internal/lookup"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/test/appliance/silent"
)

// SEND-5: if files are on a server that does not answer, their source is lost, and loading the
// configuration takes only seconds longer.
func TestFilesThatDoNotAnswer(t *testing.T) {
	dir := appliance(t)
	gone := filepath.Join(dir, "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	if !silent.RunInChild(t, gone) {
		return
	}
	began := time.Now()
	s, err := load(t, dir, `product: acme
products: DIR/products
sources:
  api: {url: "https://core.example:8443", credentials: DIR/gone/credentials, ca: DIR/gone/ca.pem, exports: DIR/gone/x,
    spool: DIR/gone/spool, folders: [DIR/gone]}
`)
	if took := time.Since(began); err != nil || took > 2*lookup.Limit {
		t.Fatalf("got %v after %v", err, took)
	}
	if diff := cmp.Diff([]string{"sources.api.ca", "sources.api.credentials", "sources.api.exports"},
		s.Late); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for range s.Secrets() {
		t.Error("got a secret")
	}
	var names []string
	for k, text := range s.Names() {
		if k == kind.Hostname {
			names = append(names, text)
		}
	}
	if !slices.Contains(names, "core.example") {
		t.Errorf("got %v, want those that are known", names)
	}
	_, err = load(t, dir, "product: acme\nproducts: DIR/products\ncollection_point: {ca: DIR/gone/ca.pem}\n")
	if err == nil || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("got %v of an authority that the collection point needs", err)
	}
}
