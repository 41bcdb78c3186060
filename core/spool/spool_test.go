package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

var first = time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("", 3600))

func hour(n int) time.Time { return first.Add(time.Duration(n) * time.Hour) }
func allowed() error       { return nil }
func id(n int) string      { return fmt.Sprintf("acme-20260301T%02dZ", n) }

// SEND-1: [Spool.Waiting] lists documents newest first, and [Spool.Read] returns them byte for
// byte, even after a restart.
func TestWaiting(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	bodies := map[string]string{}
	for _, n := range []int{2, 0, 1} {
		bodies[id(n)] = strings.Repeat("\x00\n{", n)
		put(t, s, n, bodies[id(n)])
	}
	want := []Entry{{id(2), hour(2), 6}, {id(1), hour(1), 3}, {id(0), hour(0), 0}}
	for range 2 {
		got, err := s.Waiting()
		if err != nil {
			t.Fatal(err)
		}
		sameInstant := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if diff := cmp.Diff(want, got, sameInstant); diff != "" {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
		for id, want := range bodies {
			if got := read(t, s, id); got != want {
				t.Errorf("document %s: got %q, want %q", id, got, want)
			}
		}
		s = open(t, dir, 1000)
	}
}

// SEND-4, SEND-5: the spool never exceeds its limit; the oldest documents are dropped and returned,
// and the new one stays.
func TestOldestIsDropped(t *testing.T) {
	s := open(t, t.TempDir(), 25)
	for n := range 2 {
		put(t, s, n, "0123456789")
	}
	dropped, err := s.Put(id(2), hour(2), []byte("0123456789"), allowed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{id(0)}, dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{id(2), id(1)}, ids(t, s)); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
	older, err := s.Put("older", hour(-5), []byte("0123456789"), allowed)
	if err != nil || !cmp.Equal(older, []string{id(1)}) {
		t.Errorf("document of an older hour drops: got %v and %v, want %v", older, err, []string{id(1)})
	}
	if _, err := s.Put("huge", hour(9), make([]byte, 26), allowed); err == nil {
		t.Error("more than the spool holds: got no error")
	}
	if diff := cmp.Diff([]string{id(2), "older"}, ids(t, s)); diff != "" {
		t.Errorf("waiting after the huge one (-want +got):\n%s", diff)
	}
}

// SEND-1: [Spool.Put] of the same document succeeds again; another one about its hour, or under its
// id, is refused.
func TestOneDocumentPerHour(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	for range 2 {
		put(t, s, 0, "a document")
	}
	if _, err := s.Put("other", hour(0).UTC(), []byte("another"), allowed); !errors.Is(err, errProduced) {
		t.Errorf("second document of the hour: got %v, want %v", err, errProduced)
	}
	if _, err := s.Put(id(0), hour(0), []byte("another"), allowed); !errors.Is(err, errProduced) {
		t.Errorf("other bytes under the same id: got %v, want %v", err, errProduced)
	}
	if got := read(t, s, id(0)); got != "a document" {
		t.Errorf("document: got %q, want the first", got)
	}
}

// CONS-2: [Spool.Clear] leaves no document anywhere in the folder.
func TestClear(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	for n := range 4 {
		put(t, s, n, "a document")
	}
	damage(t, s, id(0))
	if _, err := s.Read(id(0)); !errors.Is(err, ErrDamaged) {
		t.Fatalf("damaged: got %v", err)
	}
	if err := s.Reject(id(1)); err != nil {
		t.Fatal(err)
	}
	removed, _, err := s.Clear()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{id(3), id(2)}, removed); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "*"+suffix))
	if err != nil || len(left)+len(ids(t, s)) != 0 {
		t.Errorf("documents left: got %v and %v, want none (%v)", left, ids(t, s), err)
	}
}

// SEND-5: documents that fill the spool exactly wait and can be read: two halves, or one document.
func TestExactFit(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	put(t, s, 0, strings.Repeat("a", 500))
	put(t, s, 1, strings.Repeat("b", 500))
	if got := ids(t, s); len(got) != 2 {
		t.Errorf("two halves: got %v waiting, want both", got)
	}
	whole := strings.Repeat("c", 1000)
	if _, err := s.Put(id(2), hour(2), []byte(whole), allowed); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, id(2)); got != whole {
		t.Errorf("one document: got %d bytes, want %d", len(got), len(whole))
	}
}

// An id becomes a file name here and part of a path elsewhere, so only safe characters are
// accepted.
func TestBadIDs(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	for _, id := range []string{"", ".", "..", "../x", "a/b", "a.b", "A", "-a", "a b", "a\n", "a\x00", "ä",
		strings.Repeat("a", 101)} {
		_, putErr := s.Put(id, first, nil, allowed)
		_, readErr := s.Read(id)
		_, beginErr := s.Begin(id)
		if putErr == nil || readErr == nil || beginErr == nil || s.Remove(id) == nil || s.Reject(id) == nil {
			t.Errorf("id %q: got no error", id)
		}
	}
}

// VIEW-3: only the owner and the group can read documents.
func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "spool")
	put(t, open(t, dir, 1000), 0, "a document")
	for path, want := range map[string]fs.FileMode{dir: fs.ModeDir | 0o750, filepath.Join(dir, id(0)+suffix): 0o640} {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("mode of %s: got %v and %v, want %v", filepath.Base(path), info.Mode(), err, want)
		}
	}
	if _, err := Open(durable.OS{}, dir, 0); err == nil {
		t.Error("open for 0 bytes: got no error")
	}
}

func open(t *testing.T, dir string, maxBytes int64) *Spool {
	t.Helper()
	s, err := Open(durable.OS{}, dir, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Spool, n int, body string) {
	t.Helper()
	if dropped, err := s.Put(id(n), hour(n), []byte(body), allowed); err != nil || len(dropped) > 0 {
		t.Fatalf("put %s: dropped %v, %v", id(n), dropped, err)
	}
}

func read(t *testing.T, s *Spool, id string) string {
	t.Helper()
	body, err := s.Read(id)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func ids(t *testing.T, s *Spool) []string {
	t.Helper()
	waiting, err := s.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range waiting {
		ids = append(ids, e.ID)
	}
	return ids
}

func damage(t *testing.T, s *Spool, id string) {
	t.Helper()
	if err := os.WriteFile(s.path(id), []byte("nonsense"), 0o640); err != nil {
		t.Fatal(err)
	}
}
