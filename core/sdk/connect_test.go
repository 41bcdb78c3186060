package sdk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/internal/authorities"
	"polycom.com/usagedata/test/privateca"
)

func fileOf(t *testing.T, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "canary")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // regardless of the umask
		t.Fatal(err)
	}
	return path
}

// S6: the credentials are read no matter how an editor wrote the file.
func TestCredentials(t *testing.T) {
	for text, want := range map[string][2]string{
		"user:password":                 {"user", "password"},
		"domain\\user:pass:word\r\n":    {`domain\user`, "pass:word"},
		"user: spaced \n":               {"user", " spaced "},
		"\ufeff\r\nuser:password\r":     {"user", "password"},
		"\xff\xfeu\x00:\x00p\x00\n\x00": {"u", "p"},
		"user:K\xf6ln":                  {"user", "K\xf6ln"},
		"user:\n":                       {"user", ""},
	} {
		user, password, err := Credentials(fileOf(t, 0o640, text))
		if err != nil || [2]string{user, password} != want {
			t.Errorf("%q: got %q, %q, %v, want %q", text, user, password, err, want)
		}
	}
}

// ANON-1: an error goes into the log, so it holds neither the path nor the contents of the file.
func TestCredentialsThatCanNotBeUsed(t *testing.T) {
	for _, tt := range []struct{ path, want string }{
		{"", "no file is given"},
		{filepath.Join(t.TempDir(), "canary"), "no such file"},
		{fileOf(t, 0o604, "canary:canary"), "any user"},
		{fileOf(t, 0o600, "canary"), "USER:PASSWORD"},
		{fileOf(t, 0o600, ":canary"), "USER:PASSWORD"},
		{fileOf(t, 0o600, "canary:canary\ncanary:canary\n"), "USER:PASSWORD"},
		{fileOf(t, 0o600, "canary\ncanary\n"), "USER:PASSWORD"},
		{fileOf(t, 0o600, "canary:can\x00ary"), "USER:PASSWORD"},
	} {
		user, password, err := Credentials(tt.path)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, want %q and not the file", err, tt.want)
		}
		if user+password != "" {
			t.Errorf("%v: got %q and %q besides", err, user, password)
		}
	}
}

func TestCertPool(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	if pool, err := CertPool(fileOf(t, 0o644, "\ufeff"+string(ca.PEM()))); err != nil || !pool.Equal(ca.Pool()) {
		t.Errorf("got %v, want the authority", err)
	}
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "canary"):                                "no such file",
		fileOf(t, 0o644, "canary"):                                          "no certificate",
		fileOf(t, 0o644, strings.Repeat("canary", authorities.MaxSize/6+1)): "too long",
	} {
		pool, err := CertPool(path)
		if pool != nil || err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, %v, want %q and not the file", pool, err, want)
		}
	}
}
