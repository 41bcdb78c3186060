package collectionpoint_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/test/collectionpoint"
)

func TestDocumentsAreStoredUnpackedAndAsReceived(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	plain := []byte(document)
	packed := map[string][]byte{"": plain, "gzip": gzipped(t, plain), "zstd": zstded(t, plain)}
	for encoding, file := range map[string]string{"": "none.json", "gzip": "gzip.json.gz", "zstd": "zstd.json.zst"} {
		id, _, _ := strings.Cut(file, ".")
		if got := status(t, point, upload(t, point, id, encoding, packed[encoding])); got != 201 {
			t.Errorf("%s: got status %d, want 201", id, got)
		}
		unpacked, err := os.ReadFile(filepath.Join(dir, "received", id+".json"))
		if err != nil || string(unpacked) != document {
			t.Errorf("%s: got stored %q, error %v, want the document", id, unpacked, err)
		}
		transferred, err := os.ReadFile(filepath.Join(dir, "received", file))
		if err != nil || !bytes.Equal(transferred, packed[encoding]) {
			t.Errorf("%s: got %d bytes as received, error %v, want %d", id, len(transferred), err,
				len(packed[encoding]))
		}
	}
	if got := len(point.Received()); got != 3 {
		t.Errorf("got %d documents received, want 3", got)
	}
}

func TestAResendIsKnownEvenAfterARestart(t *testing.T) {
	dir := t.TempDir()
	first, _ := start(t, collectionpoint.Config{Dir: dir})
	body, other := []byte(document), []byte(`{"another": "document"}`)
	for i, want := range []int{201, 200} {
		if got := status(t, first, upload(t, first, "one", "", body)); got != want {
			t.Errorf("sending %d: got %d, want %d", i, got, want)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, _ := start(t, collectionpoint.Config{Dir: dir})
	for _, test := range []struct {
		encoding string
		body     []byte
		want     int
	}{{"", body, 200}, {"zstd", zstded(t, body), 200}, {"", other, 409}, {"gzip", gzipped(t, other), 409}} {
		if got := status(t, second, upload(t, second, "one", test.encoding, test.body)); got != test.want {
			t.Errorf("after restart, %q: got %d, want %d", test.encoding, got, test.want)
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, "received"))
	if err != nil || len(entries) != 1 {
		t.Errorf("got files %v, error %v, want one", entries, err)
	}
}

func TestWhatIsWrongIsRefusedWithAReason(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	plain := []byte(document)
	large := append(bytes.Repeat([]byte(" "), 1<<20), plain...)
	tests := map[string]struct {
		encoding string
		body     []byte
		change   func(*http.Request)
		status   int
		reason   string
	}{
		"no digest":     {"", plain, func(r *http.Request) { r.Header.Del("Content-Digest") }, 400, "no sha-256"},
		"other digest":  {"", plain, header("Content-Digest", digest([]byte("other"))), 400, "does not match"},
		"odd digest":    {"", plain, header("Content-Digest", "sha-256=abc"), 400, "can not be read"},
		"sha-512 only":  {"", plain, header("Content-Digest", "sha-512=:AAAA:"), 400, "no sha-256"},
		"unpacked sum":  {"gzip", gzipped(t, plain), header("Content-Digest", digest(plain)), 400, "does not match"},
		"type":          {"", plain, header("Content-Type", "text/plain"), 400, "application/json"},
		"encoding":      {"br", plain, nil, 415, "not gzip or zstd"},
		"two encodings": {"gzip, gzip", gzipped(t, gzipped(t, plain)), nil, 415, "not gzip or zstd"},
		"broken gzip":   {"gzip", plain, nil, 400, "unpack gzip"},
		"broken zstd":   {"zstd", plain, nil, 400, "unpack zstd"},
		"no json":       {"", []byte("<html>"), nil, 400, "not json"},
		"gzip bomb":     {"gzip", gzipped(t, large), nil, 413, "too large"},
		"zstd bomb":     {"zstd", zstded(t, large), nil, 413, "too large"},
		"method":        {"", plain, func(r *http.Request) { r.Method = "POST" }, 405, "only PUT"},
		"path":          {"", plain, path("/v2/usage/dma/one"), 404, "no such"},
		"no id":         {"", plain, path("/v1/usage/dma/"), 404, "no such"},
		"traversal":     {"", plain, path("/v1/usage/dma/..%2f..%2fetc"), 404, "no such"},
		"dots":          {"", plain, path("/v1/usage/dma/.."), 404, "no such"},
		"hidden":        {"", plain, path("/v1/usage/dma/.one"), 404, "no such"},
		"product":       {"", plain, path("/v1/usage/../one"), 404, "no such"},
		"long id":       {"", plain, path("/v1/usage/dma/" + strings.Repeat("a", 200)), 404, "no such"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := upload(t, point, "one", test.encoding, test.body)
			if test.change != nil {
				test.change(r)
			}
			got, reason, err := send(t, point, r)
			if err != nil || got != test.status || !strings.Contains(reason, test.reason) {
				t.Errorf("got %d %q, error %v, want %d %q", got, reason, err, test.status, test.reason)
			}
		})
	}
	if got := len(point.Received()); got != 0 {
		t.Errorf("got %d documents received, want none", got)
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func path(escaped string) func(*http.Request) {
	return func(r *http.Request) { r.URL.Opaque = escaped }
}

func TestWhatIsNoBehaviorIsAnError(t *testing.T) {
	for _, line := range []string{"nonsense", "status", "status:100", "status:503 later", "stall:soon", "cut:0",
		"redirect:", "ok:1", "ok now"} {
		if _, err := collectionpoint.ParseBehavior(line); err == nil {
			t.Errorf("%q: got no error, want one", line)
		}
	}
}
