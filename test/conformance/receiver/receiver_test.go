package receiver_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/conformance/receiver"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/privateca"
	"polycom.com/usagedata/test/servers"
)

// failures runs the suite and returns the ids of the checks that fail.
func failures(t *testing.T, o receiver.Options) []string {
	t.Helper()
	o.Product, o.Patience, o.Slow = "dma", 30*time.Second, time.Second
	r, err := receiver.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range r.Checks {
		t.Logf("%s %s: %s %s", d.ID, d.Outcome, d.Says, strings.Join(d.Evidence, "; "))
		if d.Outcome == result.Fail || d.Outcome == result.Error {
			ids = append(ids, d.ID)
		}
	}
	slices.Sort(ids)
	if r.Receiver.Documents == 0 || r.Interrupted != "" {
		t.Errorf("got %d documents accepted, interrupted: %q", r.Receiver.Documents, r.Interrupted)
	}
	return ids
}

// expect compares the failures with those that are known, each with its reason.
func expect(t *testing.T, got []string, known map[string]string) {
	t.Helper()
	if want := slices.Sorted(maps.Keys(known)); !slices.Equal(got, want) {
		t.Errorf("got the failures %q, want %q", got, want)
	}
}

// COLL-1, COLL-3, COLL-4: the stand-in of the tests keeps every rule that its users rely on. The others
// are listed.
func TestStandIn(t *testing.T) {
	t.Parallel()
	point, err := collectionpoint.Start(collectionpoint.Config{Dir: t.TempDir(), Patience: 8 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = point.Close() })
	expect(t, failures(t, receiver.Options{URL: point.URL(), Roots: point.CA.Pool()}), map[string]string{
		"content.id":  "its users send any JSON object, under any id",
		"ids.pattern": "they name documents as it suits a test",
		"ids.product": "they share ids between products",
	})
}

// COLL-1: nginx alone is a collection point that stores documents, and no more: what it cannot do is
// listed, and told in core/upload/README.md.
func TestNginx(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../../core/upload/examples/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	ca, clients := newCA(t), newCA(t)
	s := servers.New(t)
	s.Certify(ca, clients, "localhost")
	s.Folder("data/v1/usage/dma")
	servers.Nginx(s, string(example), "client_body_timeout 60s", "client_body_timeout 8s; client_header_timeout 8s",
		"keepalive_timeout 10s", "keepalive_timeout 8s")
	own, err := clients.IssueClient("appliance")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, failures(t, receiver.Options{URL: "https://localhost:8443", Connect: s.Address(), Roots: ca.Pool(),
		Certificate: &own}), map[string]string{
		"answers.quiet":   "it names its version: server_tokens off",
		"content.cut":     "it does not unpack",
		"content.id":      "it does not read documents",
		"content.json":    "it does not read documents",
		"digest.missing":  "it compares no digest",
		"digest.wrong":    "it compares no digest",
		"http.length":     "it takes a chunked body",
		"ids.pattern":     "any name is a file",
		"ids.product":     "any name is a file",
		"ids.traversal":   "it decodes and cleans a path, and stays below its folder",
		"receive.unknown": "it does not unpack",
		"resend.conflict": "it replaces the file",
		"resend.known":    "it answers 204 to any further body",
		"sizes.unpacked":  "it does not unpack",
	})
}

func newCA(t *testing.T) *privateca.CA {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}
