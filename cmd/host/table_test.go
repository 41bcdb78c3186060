package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A row is one line for a program, and fits a terminal; a word that is longer than it stays whole.
func TestTable(t *testing.T) {
	var shown table
	shown.row("ok", "binary", "whose it is and who may change it")
	shown.row("skip", "  sum", "0123456789abcdef0123456789abcdef")
	shown.row("ok", "nothing", "")
	for most, want := range map[int]string{
		0: "ok    binary   whose it is and who may change it\nskip    sum    0123456789abcdef0123456789abcdef\nok    " +
			"nothing\n",
		32: "ok    binary   whose it is and\n               who may change it\n" +
			"skip    sum    0123456789abcdef0123456789abcdef\nok    nothing\n",
		10: "ok    binary   whose it is and who may change it\nskip    sum    0123456789abcdef0123456789abcdef\nok    " +
			"nothing\n",
	} {
		if diff := cmp.Diff(want, shown.text(most)); diff != "" {
			t.Errorf("%d wide, want - got +:\n%s", most, diff)
		}
	}
}

// Seconds are told where there are any.
func TestMinutes(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", 5 * time.Minute: "5m", 10 * time.Minute: "10m", 14*time.Minute +
		50*time.Second: "14m50s", 30 * time.Second: "30s"} {
		if got := minutes(d); got != want {
			t.Errorf("%d s: got %s, want %s", d/time.Second, got, want)
		}
	}
}
