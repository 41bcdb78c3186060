package counters

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

const origin, identity = "a plugin", "an identity"

var inForce = func() error { return nil }

func at(t *testing.T) Store { return Open(durable.OS{}, filepath.Join(t.TempDir(), "counters.sealed")) }

func keep(t *testing.T, s Store, numbers map[string]int64) {
	t.Helper()
	if err := s.Keep(identity, of(origin, numbers), inForce); err != nil {
		t.Fatal(err)
	}
}

// ANON-1: only declared names and numbers that are not negative are kept, whatever a plugin sends.
func TestOnlyDeclaredNumbersAreKept(t *testing.T) {
	sent := map[string]int64{"busy": 12, "idle": -1, "corp.example.com": 7, "": 1, "Busy": 3, "zero": 0}
	c, dropped := New(origin, sent, []string{"busy", "idle", "zero", "other"})
	if diff := cmp.Diff(map[string]int64{"busy": 12, "zero": 0}, c.For(origin)); diff != "" || dropped != 4 {
		t.Errorf("dropped %d (-want +got):\n%s", dropped, diff)
	}
	if got := c.For("another plugin"); got != nil {
		t.Errorf("another plugin: got %v", got)
	}
}

// ANON-1: nothing prints a number by accident.
func TestNumbersDoNotShow(t *testing.T) {
	c := of(origin, map[string]int64{"busy": 4711})
	type made struct{ c Counters }
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "c", c, "made", made{c})
	shown := fmt.Sprintf("%v %+v %#v %s %d %v %+v", c, c, c, c, c, made{c}, made{c}) + log.String()
	if strings.Contains(shown, "4711") {
		t.Errorf("got %s", shown)
	}
}

// The numbers survive the process, under the identity and for the origin under which they were kept,
// in a file that only the service reads.
func TestKeptNumbersAreLoaded(t *testing.T) {
	s := at(t)
	if c, err := s.Load(identity); err != nil || c.For(origin) != nil {
		t.Errorf("at first: got %v, %v", c.For(origin), err)
	}
	keep(t, s, map[string]int64{"busy": 1})
	keep(t, s, map[string]int64{"busy": 1 << 62, "idle": 0})
	again := Open(durable.OS{}, s.path)
	c, err := again.Load(identity)
	if diff := cmp.Diff(map[string]int64{"busy": 1 << 62, "idle": 0}, c.For(origin)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, other := range []string{"another identity", ""} {
		if c, err := again.Load(other); err != nil || c.For(origin) != nil {
			t.Errorf("identity %q: got %v, %v", other, c.For(origin), err)
		}
	}
	if info, err := os.Lstat(s.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	keep(t, s, nil)
	if _, err := os.Lstat(s.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after a plugin without counters: got %v", err)
	}
}

// CONS-2: a decision that ends before or during the write leaves no counters, neither in the file nor
// in what an interrupted write has left.
func TestNothingIsKeptWithoutADecision(t *testing.T) {
	over := errors.New("over")
	for checks := range 2 {
		s := at(t)
		leftover := filepath.Join(filepath.Dir(s.path), ".counters.sealed.tmp")
		if err := os.WriteFile(leftover, []byte("4711"), 0o600); err != nil {
			t.Fatal(err)
		}
		asked := 0
		err := s.Keep(identity, of(origin, map[string]int64{"busy": 1}), func() error {
			if asked++; asked > checks {
				return over
			}
			return nil
		})
		if !errors.Is(err, over) {
			t.Errorf("over at check %d: got %v", checks+1, err)
		}
		if _, err := os.Lstat(s.path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("over at check %d: the file is there: %v", checks+1, err)
		}
		if err := s.Remove(); err != nil { // the denial's
			t.Error(err)
		}
		if left, err := os.ReadDir(filepath.Dir(s.path)); err != nil || len(left) > 0 {
			t.Errorf("over at check %d: left %v, %v", checks+1, left, err)
		}
	}
}

// T11: a file that cannot be read counts as none, and is removed once. Its error shows no content.
func TestDamagedFile(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":    func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"foreign":  func(path string) error { return os.WriteFile(path, []byte("4711"), 0o600) },
		"too long": func(path string) error { return os.WriteFile(path, make([]byte, maxFile+1000), 0o600) },
		"no JSON":  func(path string) error { return durable.WriteSealed(durable.OS{}, path, []byte(`{"4711`), 0o600) },
		"no number": func(path string) error {
			return durable.WriteSealed(durable.OS{}, path, []byte(`{"counters": {"busy": "4711"}}`), 0o600)
		},
		"a folder": func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"a link":   func(path string) error { return errors.Join(os.Remove(path), os.Symlink("/etc/passwd", path)) },
	} {
		s := at(t)
		keep(t, s, map[string]int64{"busy": 1})
		if err := damage(s.path); err != nil {
			t.Fatal(err)
		}
		c, err := s.Load(identity)
		if err == nil || c.For(origin) != nil || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: got %v, %v", name, c.For(origin), err)
		}
		for _, want := range []bool{true, false} {
			if mended, err := s.Mend(); err != nil || mended != want {
				t.Errorf("%s: got mended %v, %v, want %v", name, mended, err, want)
			}
		}
		keep(t, s, map[string]int64{"busy": 2})
	}
}
