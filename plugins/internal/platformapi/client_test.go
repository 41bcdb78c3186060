package platformapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
	standin "polycom.com/usagedata/test/appliance/platformapi"
)

// appliance starts the stand-in for the length of a test.
func appliance(t *testing.T, config standin.Config) *standin.Appliance {
	t.Helper()
	started, err := standin.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	return started
}

// configured is the source's configuration that fits the stand-in.
func configured(t *testing.T, a *standin.Appliance) map[string]string {
	t.Helper()
	user, password := a.Credentials()
	return map[string]string{
		"url":         a.URL(),
		"credentials": file(t, 0o600, user+":"+password+"\n"),
		"ca":          file(t, 0o644, string(a.CA.PEM())),
	}
}

func file(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// client opens a client on a configuration, and shows what it logs.
func client(t *testing.T, source map[string]string) (*Client, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	env := sdktest.Env(t, sdktest.On{Root: "/", Sources: map[string]any{Source: source}})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	return Open(env), &log
}

// odd is a server that answers as no stand-in does, and a client of it.
func odd(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	c, _ := client(t, map[string]string{"url": server.URL, "credentials": file(t, 0o600, "user:password")})
	made, err := c.connect()
	if err != nil {
		t.Fatal(err)
	}
	made.http = server.Client()
	c.connect = func() (connection, error) { return made, nil }
	return c
}

// statuses records what an interface answers.
type statuses struct {
	http.Handler
	mu   sync.Mutex
	seen []int
}

func (s *statuses) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := &status{ResponseWriter: w, code: http.StatusOK}
	s.Handler.ServeHTTP(recorder, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, recorder.code)
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// page of a list of numbered items, as the odd servers answer it.
func pageOf(w http.ResponseWriter, total, items int) {
	w.Header().Set("Content-Type", "application/json")
	list := strings.TrimSuffix(strings.Repeat(`{"deviceModel":"m"},`, items), ",")
	fmt.Fprintf(w, `{"plcmPage":{"totalSize":%d},"plcmDeviceList":[%s]}`, total, list)
}

var (
	devices = Resource{"/devices", "plcm-device-list", 3}
	license = Resource{"/config/licenses/license-status", "plcm-license-status", 2}
	calls   = Resource{"/active-calls/statistics", "plcm-active-call-statistics", 1}
)

type device struct {
	Model string `json:"deviceModel"`
}

type licenseStatus struct {
	SerialNumber *string `json:"serialNumber"`
	Burst        *bool   `json:"licensingBurstAvailable"`
}
