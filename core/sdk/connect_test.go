package sdk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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

// S6, ANON-1: the credentials are read no matter how an editor wrote the file. The error for a file
// without credentials goes into the log, so it holds none of its contents.
func TestCredentials(t *testing.T) {
	for text, want := range map[string][2]string{
		"user:password":                  {"user", "password"},
		"domain\\user:pass:word\r\n":     {`domain\user`, "pass:word"},
		"user: spaced \n":                {"user", " spaced "},
		"\ufeff\r\nuser:password\r":      {"user", "password"},
		"\xff\xfeu\x00:\x00p\x00\n\x00":  {"u", "p"},
		"user:K\xf6ln":                   {"user", "K\xf6ln"},
		"user:\n":                        {"user", ""},
		"canary":                         {},
		":canary":                        {},
		"canary:canary\ncanary:canary\n": {},
		"canary\ncanary\n":               {},
		"canary:can\x00ary":              {},
	} {
		user, password, err := Credentials(fileOf(t, 0o640, text))
		refused := err != nil && strings.Contains(err.Error(), "USER:PASSWORD") &&
			!strings.Contains(err.Error(), "canary")
		if [2]string{user, password} != want || (err != nil) != (want[0] == "") || err != nil && !refused {
			t.Errorf("%q: got %q, %q, %v, want %q", text, user, password, err, want)
		}
	}
}
