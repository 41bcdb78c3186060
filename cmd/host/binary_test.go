package main

import (
	"testing"
	"time"
)

func TestNameOf(t *testing.T) {
	for uid, want := range map[uint32]string{0: "root", 4_000_000_001: "user 4000000001"} { // nobody has so high a number
		if got := nameOf(uid); got != want {
			t.Errorf("%d: got %q want %q", uid, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{15 * time.Second: "15 s", 5 * time.Minute: "300 s",
		1500 * time.Millisecond: "1.5 s"} {
		if got := span(d); got != want {
			t.Errorf("%v: got %q want %q", d, got, want)
		}
	}
}
