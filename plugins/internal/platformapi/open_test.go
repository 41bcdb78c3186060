package platformapi

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

func TestNotConfigured(t *testing.T) {
	env := sdktest.Env(t, sdktest.On{Root: "/"})
	if _, err := Count(t.Context(), Open(env), devices); sdk.Explain(err) != sdk.NotConfigured {
		t.Errorf("got %v, want %q", err, sdk.NotConfigured)
	}
}

// TestNotConfiguredRightly: the log says which setting to mend, once, without its value; what travels is a reason.
func TestNotConfiguredRightly(t *testing.T) {
	good := map[string]string{
		"url": "https://appliance.example:8443", "credentials": file(t, 0o600, "user:secret"),
	}
	absent := filepath.Join(t.TempDir(), "absent")
	table := []struct{ name, member, value, want string }{
		{"no TLS", "url", "http://appliance.example", "url: it does not begin with https://"},
		{"no URL", "url", "appliance.example", "url: it is not a URL"},
		{"a login in the URL", "url", "https://user:secret@appliance.example", "url: it holds more than"},
		{"no credentials", "credentials", "", "credentials: no such file"},
		{"missing credentials", "credentials", absent, "credentials: no such file"},
		{"open credentials", "credentials", file(t, 0o604, "user:secret"), "credentials: the file can be read by everyone"},
		{"no password", "credentials", file(t, 0o600, "secret\n"), "credentials: the file does not hold a line"},
		{"a folder", "credentials", private(t), "credentials: is a directory"},
		{"missing authorities", "ca", absent, "ca: no such file"},
		{"no authorities", "ca", file(t, 0o644, "secret"), "ca: the file holds no PEM"},
		{"unknown setting", "user", "secret", "unknown field"},
	}
	for _, row := range table {
		source := maps.Clone(good)
		source[row.member] = row.value
		c, log := client(t, source)
		for range 2 {
			if _, err := Count(t.Context(), c, devices); sdk.Explain(err) != sdk.NotConfigured {
				t.Errorf("%s: got %v, want %q", row.name, err, sdk.NotConfigured)
			}
		}
		if strings.Count(log.String(), row.want) != 1 || strings.Contains(log.String(), "secret") {
			t.Errorf("%s: got log %q, want %q once and no values", row.name, log, row.want)
		}
	}
}

// private is a folder that not everyone can read.
func private(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
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

func TestCredentials(t *testing.T) {
	for line, want := range map[string][2]string{
		"user:password\n":            {"user", "password"},
		"domain\\user:pass:word\r\n": {`domain\user`, "pass:word"},
		"user: spaced \nmore":        {"user", " spaced "},
	} {
		user, password, err := credentials(file(t, 0o600, line))
		if err != nil || [2]string{user, password} != want {
			t.Errorf("%q: got %q, %q, %v, want %q", line, user, password, err, want)
		}
	}
}
