package platformapi_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"go.uber.org/goleak"

	"polycom.com/usagedata/test/appliance/platformapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const anything = "*/*"

// start plays an appliance until the test ends.
func start(t *testing.T, config platformapi.Config) *platformapi.Appliance {
	t.Helper()
	appliance, err := platformapi.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := appliance.Close(); err != nil {
			t.Errorf("close: got error %v, want none", err)
		}
	})
	return appliance
}

type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // while reading the body
}

// request prepares one that the appliance accepts.
func request(t *testing.T, a *platformapi.Appliance, path, accept string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(a.Credentials())
	r.Header.Set("Accept", accept)
	return r
}

// newClient trusts the appliance and follows nobody.
func newClient(t *testing.T, a *platformapi.Appliance) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.CA.Pool()}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// clients saves the many requests of some tests as many handshakes.
var clients = map[*platformapi.Appliance]*http.Client{}

func do(t *testing.T, a *platformapi.Appliance, r *http.Request) answer {
	t.Helper()
	if clients[a] == nil {
		clients[a] = newClient(t, a)
	}
	response, err := clients[a].Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, body, err}
}

func get(t *testing.T, a *platformapi.Appliance, path, accept string) answer {
	t.Helper()
	return do(t, a, request(t, a, path, accept))
}

// decoded is the answer as JSON, which it must be.
func (a answer) decoded(t *testing.T) map[string]any {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal(a.body, &decoded); err != nil {
		t.Fatalf("status %d: got %.80q, want JSON: %v", a.status, a.body, err)
	}
	return decoded
}
