package lab

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(t *testing.T) Store { return Open(durable.OS{}, filepath.Join(t.TempDir(), "lab.json"), false) }

func change(t *testing.T, s Store, lab bool, actor string) (recorded int) {
	t.Helper()
	m := Mark{Lab: lab, Time: noon, Actor: actor, Way: "page"}
	if err := s.Change(m, func() error { recorded++; return nil }); err != nil {
		t.Fatal(err)
	}
	return recorded
}

// The mark lasts, with the person who set it first, until somebody removes it. What changes nothing
// is not recorded.
func TestMark(t *testing.T) {
	s := at(t)
	for _, c := range []struct {
		lab      bool
		actor    string
		recorded int
		want     string
	}{
		{false, "jane", 0, "no"},
		{true, "jane", 1, "yes, since 2026-03-01 12:00 UTC by jane (page); its documents count for no statistics"},
		{true, "max", 0, "yes, since 2026-03-01 12:00 UTC by jane (page); its documents count for no statistics"},
		{false, "max", 1, "no"},
		{true, "max", 1, "yes, since 2026-03-01 12:00 UTC by max (page); its documents count for no statistics"},
	} {
		recorded := change(t, s, c.lab, c.actor)
		again := Open(durable.OS{}, s.path, false)
		if got := again.Read().Sentence(time.UTC); got != c.want || recorded != c.recorded {
			t.Errorf("%t by %s: got %q, recorded %d", c.lab, c.actor, got, recorded)
		}
	}
}

// A change that cannot be recorded is not made.
func TestRecordComesFirst(t *testing.T) {
	s, full := at(t), errors.New("the disk is full")
	for _, lab := range []bool{true, false} {
		before := s.Read()
		if err := s.Change(Mark{Lab: lab, Time: noon}, func() error { return full }); lab && !errors.Is(err, full) {
			t.Errorf("%t: got %v", lab, err)
		}
		if s.Read() != before {
			t.Errorf("%t: got %+v", lab, s.Read())
		}
		change(t, s, true, "jane")
	}
}

// A file that cannot be read marks the system, and the mark can be removed and set again.
func TestDamagedFileMarks(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":   func(path string) error { return os.WriteFile(path, nil, 0o640) },
		"garbage": func(path string) error { return os.WriteFile(path, []byte("yes please"), 0o640) },
		"false":   func(path string) error { return os.WriteFile(path, []byte(`{"lab": false}`), 0o640) },
		"long":    func(path string) error { return os.WriteFile(path, make([]byte, maxSize+1), 0o640) },
		"folder":  func(path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o750) },
		"link":    func(path string) error { return os.Symlink("/etc/hostname", path) },
	} {
		s := at(t)
		if err := damage(s.path); err != nil {
			t.Fatal(err)
		}
		if got := s.Read(); !got.Lab || got.Actor != "" || !strings.Contains(got.Sentence(time.UTC), "cannot be read") {
			t.Errorf("%s: got %+v", name, got)
		}
		change(t, s, false, "jane")
		off := s.Read()
		change(t, s, true, "jane")
		if on := s.Read(); off.Lab || on.Actor != "jane" {
			t.Errorf("%s: got %+v and %+v", name, off, on)
		}
	}
}

// The configuration wins: the mark cannot be removed, and the file does not count.
func TestConfigured(t *testing.T) {
	s := at(t)
	change(t, s, true, "jane")
	s = Open(durable.OS{}, s.path, true)
	if got := s.Read(); got != (Mark{Lab: true, Configured: true}) {
		t.Errorf("got %+v", got)
	}
	refused := s.Change(Mark{Time: noon}, func() error { return errors.New("recorded") })
	if err := s.Change(Mark{Lab: true}, func() error { return errors.New("recorded") }); err != nil ||
		!errors.Is(refused, ErrConfigured) {
		t.Errorf("got %v, %v", refused, err)
	}
}
