package scene

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/product"
)

// set sets a scene up on a root of one file and one link, without a plugin.
func set(t *testing.T, change func(*stagedWorld) error, sources map[string]any) (*stagedWorld, string) {
	t.Helper()
	root := t.TempDir()
	if err := errors.Join(os.Mkdir(root+"/proc", 0o755), os.WriteFile(root+"/proc/stat", []byte("cpu 1 2 3\n"), 0o644),
		os.Symlink("stat", root+"/proc/link")); err != nil {
		t.Fatal(err)
	}
	s := &stagedWorld{
		dir: t.TempDir(), scenes: New(context.Background(),
			Config{Seed: 7, Product: product.Installed{Profile: station}}),
		recording: &Recording{World: World{Root: root, Sources: map[string]any{"station": sources}}},
	}
	t.Cleanup(s.clear)
	if err := change(s); err != nil {
		t.Fatal(err)
	}
	return s, root
}

func TestDamagedFiles(t *testing.T) {
	for name, tt := range map[string]struct {
		harm  damageKind
		there bool
		says  func(text []byte) bool
	}{
		"missing": {missing, false, nil},
		"empty":   {empty, true, func(text []byte) bool { return len(text) == 0 }},
		"garbage": {garbage, true, func(text []byte) bool {
			return len(text) >= 64 &&
				!bytes.Contains(text, []byte("cpu 1 2 3"))
		}},
	} {
		s, root := set(t, damage(tt.harm), nil)
		text, err := os.ReadFile(filepath.Join(s.world().Root, "proc/stat"))
		if there := err == nil; there != tt.there || there && !tt.says(text) {
			t.Errorf("%s: got %d bytes, %v", name, len(text), err)
		}
		if link, err := os.Readlink(filepath.Join(s.world().Root, "proc/link")); tt.there != (err == nil &&
			link == "stat") {
			t.Errorf("%s: got the link to %q, %v, want it there: %v", name, link, err, tt.there)
		}
		if _, err := os.Stat(filepath.Join(s.world().Root, "proc")); tt.there != (err == nil) {
			t.Errorf("%s: got the folder %v, want it there: %v", name, err, tt.there)
		}
		if text, err := os.ReadFile(filepath.Join(root, "proc/stat")); err != nil || string(text) != "cpu 1 2 3\n" {
			t.Errorf("%s: the healthy root was changed: %q, %v", name, text, err)
		}
	}
}

// The machine's own root is never copied.
func TestMachineRootIsNotCopied(t *testing.T) {
	s, _ := set(t, func(s *stagedWorld) error { s.world().Root = "/"; return damage(empty)(s) }, nil)
	if entries, err := os.ReadDir(s.world().Root); err != nil || len(entries) > 0 || s.world().Root == "/" {
		t.Errorf("got %d entries, %v in %s, want an empty folder", len(entries), err, s.world().Root)
	}
}

func TestDamagedServers(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*stagedWorld) error
		dials  bool
		says   bool
	}{
		"missing": {damage(missing), false, false},
		"empty":   {damage(empty), true, false},
		"garbage": {damage(garbage), true, true},
	} {
		s, _ := set(t, tt.change, map[string]any{"address": "127.0.0.1:1"})
		address := s.world().Sources["station"].(map[string]any)["address"].(string)
		conn, err := net.Dial("tcp", address)
		if dials := err == nil; dials != tt.dials {
			t.Errorf("%s: got %v, want it to listen: %v", name, err, tt.dials)
		}
		if err != nil {
			continue
		}
		text, err := io.ReadAll(conn)
		conn.Close()
		if says := len(text) > 0; says != tt.says {
			t.Errorf("%s: got %d bytes, %v, want some: %v", name, len(text), err, tt.says)
		}
	}
}

// The noise depends only on the seed and its purpose.
func TestRandomBytesDependOnTheSeed(t *testing.T) {
	one := randomBytes(1, "/proc/stat", 100)
	if len(one) != 100 || !bytes.Equal(one, randomBytes(1, "/proc/stat", 100)) {
		t.Errorf("got %d bytes, want the same 100 again", len(one))
	}
	for _, other := range [][]byte{randomBytes(2, "/proc/stat", 100), randomBytes(1, "/proc/meminfo", 100)} {
		if bytes.Equal(one, other) {
			t.Error("got the same bytes for another seed or file")
		}
	}
}

// ANON-1: names are planted where a plugin may find them.
func TestNamesArePlanted(t *testing.T) {
	s, _ := set(t, plant, nil)
	text, err := os.ReadFile(filepath.Join(s.world().Root, "etc/hostname"))
	if err != nil || string(text) != canaryHost+"\n" {
		t.Errorf("got %q, %v", text, err)
	}
	s, _ = set(t, sprinkle, nil)
	text, err = os.ReadFile(filepath.Join(s.world().Root, "proc/stat"))
	if err != nil || !bytes.HasPrefix(text, []byte("cpu 1 2 3\n")) || !bytes.Contains(text, []byte(canaryHost)) {
		t.Errorf("got %q, %v, want what was there and the names", text, err)
	}
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("real"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ = set(t, estrange, map[string]any{"url": "https://localhost:1/a", "secret": secret})
	strange := s.world().Sources["station"].(map[string]any)
	text, err = os.ReadFile(strange["secret"].(string))
	if err != nil || !bytes.Contains(text, []byte(canarySecret)) || strange["url"] != "https://"+canaryLoopback+
		":9443/"+canaryWord {
		t.Errorf("got secret %q, %v and %v", text, err, strange["url"])
	}
}
