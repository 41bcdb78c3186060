package anonymize

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/profile"
)

// ANON-1: a machine whose name or interfaces can't be read fails closed.
func TestMachineFailsClosed(t *testing.T) {
	root := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(root, "etc"), 0o700), os.WriteFile(filepath.Join(root, "etc/hosts"), nil, 0o600),
		os.WriteFile(filepath.Join(root, "etc/passwd"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	named := func() (string, error) { return "acme-core-01", nil }
	linked := func() ([]net.Interface, error) {
		return []net.Interface{{HardwareAddr: net.HardwareAddr{0, 0xe0, 0xdb, 1, 2, 3}}}, nil
	}
	for name, m := range map[string]machine{
		"no host name":  {root, func() (string, error) { return "", errors.New("no") }, linked},
		"empty name":    {root, func() (string, error) { return "", nil }, linked},
		"no interfaces": {root, named, func() ([]net.Interface, error) { return nil, errors.New("no") }},
	} {
		if names, err := m.names(); err == nil || names.each != nil {
			t.Errorf("%s: got %v, want an error and no names", name, err)
		}
	}
	if _, err := (machine{root, func() (string, error) { return "localhost.localdomain", nil }, linked}).names(); err != nil {
		t.Errorf("called localhost: got %v, want no error", err)
	}
	names, err := machine{root, named, linked}.names()
	if err != nil {
		t.Fatal(err)
	}
	gate := NewLeakGate(names, New(EphemeralKey(), profile.Profile{}))
	for _, text := range []string{"00:E0:DB:01:02:03", "00e0.db01.0203", "00e0db010203", "00-e0-db-01-02-03", "fe80::2e0:dbff:fe01:203", "0:e0:db:1:2:3"} {
		if rule, _ := gate.Find(text); rule != RuleMAC {
			t.Errorf("%s: got %q, want %q", text, rule, RuleMAC)
		}
	}
}
