package snmp

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
)

// TestWrongSettings checks that the log names the wrong setting, once, without its value,
// and that the document holds only a reason.
func TestWrongSettings(t *testing.T) {
	v2 := map[string]any{"address": "127.0.0.1:161", "community": file(t, 0o640, "canary")}
	v3 := map[string]any{
		"address": "127.0.0.1:161", "version": "3", "user": "canary",
		"passphrases": file(t, 0o640, "canary-a\ncanary-b\n"),
	}
	table := []struct {
		good        map[string]any
		name, value string
		want        string
	}{
		{v2, "address", "canary", "address: must be HOST:PORT"},
		{v2, "address", ":161", "address: must be HOST:PORT"},
		{v2, "address", "canary:snmp", "address: the port must be"},
		{v2, "address", "canary:0", "address: the port must be"},
		{v2, "address", "canary:65536", "address: the port must be"},
		{v2, "version", "1", "version: must be"},
		{v2, "community", "", "community: no file is given"},
		{v2, "community", filepath.Join(t.TempDir(), "canary"), "community: no such file"},
		{v2, "community", file(t, 0o604, "canary"), "community: any user can read"},
		{v2, "community", file(t, 0o600, "\n"), "community: a line must have"},
		{v2, "community", file(t, 0o600, "canary\ncanary\n"), "community: the file must have 1 lines"},
		{v2, "community", file(t, 0o600, strings.Repeat("canary", 30)), "community: a line must have"},
		{v2, "user", "canary", "only for version"},
		{v2, "passphrases", "canary", "only for version"},
		{v2, "realm", "canary", "unknown field"},
		{v3, "community", "canary", "community: only for version 2c"},
		{v3, "user", "", "user: must have"},
		{v3, "user", strings.Repeat("canary", 6), "user: must have"},
		{v3, "authentication", "md5", "authentication: must be"},
		{v3, "privacy", "des", "privacy: must be"},
		{v3, "privacy", "none", "privacy: must be"},
		{v3, "passphrases", file(t, 0o600, "canary-a"), "passphrases: the file must have 2 lines"},
		{v3, "passphrases", file(t, 0o600, "canary-a\ncanary\n"), "passphrases: each must have at least"},
		{v3, "passphrases", file(t, 0o600, "canary\ncanary-b\n"), "passphrases: each must have at least"},
	}
	for _, row := range table {
		a, log := opened(t, with(row.good, row.name, row.value))
		for range 2 {
			_, err := Read[one](t.Context(), a)
			if sdk.Explain(err) != sdk.Misconfigured {
				t.Errorf("%s %q: got %v, want %q", row.name, row.value, err, sdk.Misconfigured)
			}
			silentAbout(t, err, log, "canary", "127.0.0.1")
		}
		if strings.Count(log.String(), row.want) != 1 || a.Requests() != 0 {
			t.Errorf("%s %q: got %d requests, log %q, want none and %q once",
				row.name, row.value, a.Requests(), log, row.want)
		}
	}
}

func TestSecretsAreReadUnchanged(t *testing.T) {
	for text, want := range map[string][]string{
		"a secret":          {"a secret"},
		" spaced \n":        {" spaced "},
		"dos\r\n":           {"dos"},
		"one\r\ntwo\r\n\n":  {"one", "two"},
		"first one\nsecond": {"first one", "second"},
	} {
		got, err := secrets(file(t, 0o640, text), len(want))
		if err != nil || strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

// A profile declares the settings by `interface: snmp`. They are exactly those that are read, each
// with the check that the host makes.
func TestTheInterfaceIsTheSettings(t *testing.T) {
	want := map[string]string{"address": "address!", "community": "secret", "passphrases": "secret"}
	for field := range reflect.TypeFor[settings]().Fields() {
		if name := field.Tag.Get("json"); want[name] == "" {
			want[name] = "text"
		}
	}
	declared, _ := profile.Interface("snmp")
	got := map[string]string{}
	for _, s := range declared.Settings {
		got[s.Name] = string(s.Kind) + map[bool]string{true: "!"}[s.Required]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
