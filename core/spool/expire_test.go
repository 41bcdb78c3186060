package spool

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// [Spool.Expire] removes and returns an expired document, and its hour stays produced (SEND-1); a
// document exactly at the limit waits on.
func TestExpire(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	for n := range 4 {
		put(t, s, n, "a document")
	}
	dropped, err := s.Expire(hour(2))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{id(1), id(0)}, dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{id(3), id(2)}, ids(t, s)); diff != "" {
		t.Errorf("waiting (-want +got):\n%s", diff)
	}
	if !s.Produced(hour(0)) || !s.Produced(hour(1)) {
		t.Error("an hour whose document expired may make another one")
	}
}

// The age of a damaged entry is unknown: [Spool.Read] sets it aside instead.
func TestDamagedDoesNotExpire(t *testing.T) {
	s := open(t, t.TempDir(), 1000)
	put(t, s, 0, "a document")
	damage(t, s, id(0))
	dropped, err := s.Expire(hour(0).Add(24 * time.Hour))
	if err != nil || len(dropped) > 0 || len(ids(t, s)) != 1 {
		t.Errorf("got %v dropped, %v, waiting %v want the damaged one to wait", dropped, err, ids(t, s))
	}
}
