package platformapi

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

func file(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// client returns a client with these settings and its log.
func client(t *testing.T, source map[string]any) (*Client, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	env := sdktest.Env(t, sdktest.On{Root: "/", Sources: map[string]any{sourceName: source}})
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	return Open(env), &log
}

// odd starts a server that answers as no stand-in does, and returns a client of it.
func odd(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	c, _ := client(t, map[string]any{"url": server.URL, "credentials": file(t, 0o600, "user:password")})
	made, err := c.connect()
	if err != nil {
		t.Fatal(err)
	}
	made.http = server.Client()
	c.connect = func() (connection, error) { return made, nil }
	return c
}

// pageOf answers with the requested page of a list of numbered items, as the odd servers do.
func pageOf(w http.ResponseWriter, r *http.Request, total, items int) {
	w.Header().Set("Content-Type", "application/json")
	item := fmt.Sprintf(`{"deviceModel":"m","page":%q},`, r.URL.Query().Get("page"))
	list := strings.TrimSuffix(strings.Repeat(item, items), ",")
	fmt.Fprintf(w, `{"plcmPage":{"totalSize":%d},"plcmDeviceList":[%s]}`, total, list)
}

var (
	devices = Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	license = Resource{Path: "/config/licenses/license-status", Representation: "plcm-license-status", Newest: 2}
)

type device struct {
	Model string `json:"deviceModel"`
}

type licenseStatus struct {
	State        Word    `json:"licensingStatus" usage:"state"`
	SerialNumber *string `json:"serialNumber"`
	Burst        *bool   `json:"licensingBurstAvailable"`
}

// readStatus reads an object in which every member except the state may be missing.
func readStatus(ctx context.Context, c *Client) (licenseStatus, error) {
	read, lacks := Fields[licenseStatus](ctx, c, license)
	return read, lacks["state"]
}

// TestWrongSettings checks that the log names the wrong setting, once, without its value,
// and that the document holds only a reason.
func TestWrongSettings(t *testing.T) {
	good := map[string]any{
		"url": "https://appliance.example:8443", "credentials": file(t, 0o600, "user:secret"),
	}
	absent := filepath.Join(t.TempDir(), "absent")
	table := []struct{ name, member, value, want string }{
		{"no TLS", "url", "http://appliance.example", "url: must begin with https://"},
		{"no URL", "url", "appliance.example", "url: not a URL"},
		{"a login in the URL", "url", "https://user:secret@appliance.example", "url: must have only"},
		{"no credentials", "credentials", "", "credentials: no file is given"},
		{"open credentials", "credentials", file(t, 0o604, "user:secret"), "credentials: any user can read"},
		{"missing authorities", "ca", absent, "ca: no such file"},
		{"no authorities", "ca", file(t, 0o644, "secret"), "ca: the file has no certificate"},
		{"unknown setting", "user", "secret", "unknown field"},
	}
	for _, row := range table {
		source := maps.Clone(good)
		source[row.member] = row.value
		c, log := client(t, source)
		for range 2 {
			if _, err := Count(t.Context(), c, devices); sdk.Explain(err) != sdk.Misconfigured {
				t.Errorf("%s: got %v, want %q", row.name, err, sdk.Misconfigured)
			}
		}
		if strings.Count(log.String(), row.want) != 1 || strings.Contains(log.String(), "secret") {
			t.Errorf("%s: got log %q, want %q once and no values", row.name, log, row.want)
		}
	}
}

func TestBase(t *testing.T) {
	for text, want := range map[string]string{
		"https://localhost:8443":           "https://localhost:8443/api/rest",
		"https://localhost:8443/":          "https://localhost:8443/api/rest",
		"https://localhost:8443/api/rest/": "https://localhost:8443/api/rest",
		"https://[::1]:8443/other":         "https://[::1]:8443/other",
	} {
		if got, err := base(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}
