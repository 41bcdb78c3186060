package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Text of a command is no request of troff's.
func TestTroffText(t *testing.T) {
	for text, want := range map[string]string{
		".Sh is no section":       `\&.Sh is no section`,
		"'so /etc/passwd":         `\(aqso /etc/passwd`,
		`a \fB in it`:             `a \efB in it`,
		"see `usagedata status`.": `see \fBusagedata status\fP.`,
		"One. Two":                "One.\nTwo",
		"One. .Two":               "One.\n\\&.Two",
		"one\ntwo\n\nthree":       "one two\n.Pp\nthree",
	} {
		if got := troffText(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if got, want := troffLine(`say "a" - b`), `"say \(dqa\(dq \- b"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Help is read at a terminal that nobody has made wider.
func TestHelpIsNarrow(t *testing.T) {
	for _, args := range helped() {
		var out bytes.Buffer
		if code := run(t.Context(), append(args, "--help"), streams{nil, &out, io.Discard}); code != exitOK {
			t.Fatalf("%v: exit code %d, want 0", args, code)
		}
		for line := range strings.Lines(out.String()) {
			if n := len(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%v: got %s, %d wide, want %d at most", args, fmt.Sprintf("%.40q…", line), n, width)
			}
		}
	}
}

// helped are the root and every command, as they are typed.
func helped() [][]string {
	lines := [][]string{{}}
	for _, c := range shown(newCommand(streams{})) {
		lines = append(lines, []string{c.Name()})
	}
	return lines
}
