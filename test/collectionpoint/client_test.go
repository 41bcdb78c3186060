package collectionpoint_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"polycom.com/usagedata/test/collectionpoint"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const document = `{"format":"usagedata/1","id":"dma-20260301T13"}` + "\n"

// start runs a collection point in its own folder until the test ends.
func start(t *testing.T, config collectionpoint.Config) (*collectionpoint.Point, string) {
	t.Helper()
	if config.Dir == "" {
		config.Dir = t.TempDir()
	}
	point, err := collectionpoint.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = point.Close() })
	return point, config.Dir
}

// newClient returns a client that opens a connection for each request, so that each request meets
// the next behavior.
func newClient(t *testing.T, p *collectionpoint.Point) *http.Client {
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: p.CA.Pool()},
		DisableKeepAlives: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// upload returns a valid PUT request.
func upload(t *testing.T, p *collectionpoint.Point, id, encoding string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL()+"/v1/usage/dma/"+id,
		bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Digest", digest(body))
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	return r
}

// send sends a request and returns the status and the body of the answer, or the error.
func send(t *testing.T, p *collectionpoint.Point, r *http.Request) (int, string, error) {
	t.Helper()
	response, err := newClient(t, p).Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// status sends a request and returns the status; the test fails if there is no answer.
func status(t *testing.T, p *collectionpoint.Point, r *http.Request) int {
	t.Helper()
	status, _, err := send(t, p, r)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func gzipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstded(t *testing.T, body []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(body, nil)
}
