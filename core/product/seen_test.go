package product

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

// PLUG-1, SEND-5: a binary is compared once, and again after any change of the file: other content
// of the same length and age, another file in its place, another mode, another checksum.
func TestSeen(t *testing.T) {
	_, dir := aside(t)
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := p.Plugin()
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	state := func() os.FileInfo {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	// tick waits until the kernel's clock for files has gone on, so that a change gets another ctime.
	tick := func() {
		marker := filepath.Join(dir, "marker")
		for was, _ := durable.VersionOf(state()); ; {
			if err := os.WriteFile(marker, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			info, err := os.Lstat(marker)
			if err != nil {
				t.Fatal(err)
			}
			at := time.Now()
			if now, _ := durable.VersionOf(info); now.UnchangedFor(at) < was.UnchangedFor(at) {
				return
			}
			if err := os.Remove(marker); err != nil {
				t.Fatal(err)
			}
		}
	}
	later := func() time.Time { return time.Now().Add(2 * settled) }
	for name, change := range map[string]func() error{
		"other content of the same length and modification time": func() error {
			before := state()
			other := append([]byte{was[0] ^ 1}, was[1:]...)
			if err := os.WriteFile(path, other, 0); err != nil {
				return err
			}
			return os.Chtimes(path, before.ModTime(), before.ModTime())
		},
		"another file in its place": func() error {
			beside := filepath.Join(dir, "beside")
			if err := os.WriteFile(beside, was, 0o755); err != nil {
				return err
			}
			return os.Rename(beside, path)
		},
		"another mode": func() error { return os.Chmod(path, 0o555) },
	} {
		var seen Seen
		seen.note(state(), p.Sum, time.Now())
		if seen.has(state(), p.Sum) {
			t.Errorf("%s: a file that was changed a moment ago is remembered", name)
		}
		seen.note(state(), p.Sum, later())
		if !seen.has(state(), p.Sum) || seen.has(state(), sha256.Sum256(nil)) {
			t.Errorf("%s: want the file remembered with its checksum only", name)
		}
		tick()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if seen.has(state(), p.Sum) {
			t.Errorf("%s: got the file taken for the verified one", name)
		}
		if err := os.WriteFile(path, was, 0); err != nil {
			t.Fatal(err)
		}
	}
	var seen Seen
	for range 2 {
		f, err := p.OpenPlugin(&seen)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}
