package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/commandline"
)

// Every command has a description, an example and a heading, and every guide belongs to a command.
func TestCommandsAreDescribed(t *testing.T) {
	root := newCommand(streams{})
	for _, c := range commandline.Shown(root) {
		if c.Long == "" || c.Example == "" || c.GroupID == "" {
			t.Errorf("%s: got no long description, no example or no heading, want all of them", c.Name())
		}
	}
	for name := range guides {
		if c, _, err := root.Find([]string{name}); err != nil || c == root {
			t.Errorf("got a guide to %s, want none: there is no such command", name)
		}
	}
}

// Help fits a terminal of the default commandline.Width.
func TestHelpIsNarrow(t *testing.T) {
	commands := [][]string{{}}
	for _, c := range commandline.Shown(newCommand(streams{})) {
		commands = append(commands, []string{c.Name()})
	}
	for _, args := range commands {
		var out bytes.Buffer
		if code := run(t.Context(), append(args, "--help"), streams{out: &out, err: io.Discard}); code != exitOK {
			t.Fatalf("%v: exit code %d, want 0", args, code)
		}
		for line := range strings.Lines(out.String()) {
			if n := len(strings.TrimSuffix(line, "\n")); n > commandline.Width {
				t.Errorf("%v: got %s, %d wide, want %d at most", args, fmt.Sprintf("%.40q…", line), n,
					commandline.Width)
			}
		}
	}
}

// The guide lists exactly the exit codes that exist.
func TestExitCodesInREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range regexp.MustCompile(`(?m)^\| (\d) \| `).FindAllStringSubmatch(string(text), -1) {
		got = append(got, row[1])
	}
	var want []string
	for _, code := range []int{exitOK, exitUsage, exitDeferred, exitFailed, exitRejected, exitNotAllowed} {
		want = append(want, fmt.Sprint(code))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes, want - got +:\n%s", diff)
	}
}
