package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A row is one line for a program and is wrapped for a terminal; a word that is wider than the
// terminal stays whole.
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
		10: "ok    binary   whose it is and who may change it\n" +
			"skip    sum    0123456789abcdef0123456789abcdef\nok    nothing\n",
	} {
		if diff := cmp.Diff(want, shown.text(most)); diff != "" {
			t.Errorf("%d wide, want - got +:\n%s", most, diff)
		}
	}
}
