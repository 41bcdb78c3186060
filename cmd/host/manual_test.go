package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"polycom.com/usagedata/core/commandline"
)

// generator builds the command like `make manuals`.
func generator(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "usagedata")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags", "grpcnotrace,manual",
		"-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// write runs the generator and returns the files that it writes, by name, and their folder.
func write(t *testing.T, program string) (map[string]string, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "man")
	if out, err := inEnvironment(t, date, program, "manual", folder).CombinedOutput(); err != nil {
		t.Fatalf("manual: %v\n%s", err, out)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		written[e.Name()] = string(text)
	}
	return written, folder
}

const date = "SOURCE_DATE_EPOCH=1772373600"

func inEnvironment(t *testing.T, variable, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(t.Context(), program, args...)
	c.Env = append(os.Environ(), variable)
	return c
}

// The manual has a page for each command with all of its flags; the page of usagedata includes the
// guide. mandoc and man accept the pages. A version's pages are the same whenever they are written,
// and are not written if the version's date is missing.
func TestManual(t *testing.T) {
	program := generator(t)
	files, folder := write(t, program)
	again, _ := write(t, program)
	if diff := cmp.Diff(files, again); diff != "" {
		t.Errorf("written twice, first - second +:\n%s", diff)
	}
	if err := inEnvironment(t, "SOURCE_DATE_EPOCH=", program, "manual", t.TempDir()).Run(); err == nil {
		t.Error("without a date: got pages, want an error")
	}
	want := []string{"_usagedata", "usagedata.1", "usagedata.bash", "usagedata.fish"}
	for _, c := range commandline.Shown(newCommand(streams{})) {
		name := "usagedata-" + c.Name() + ".1"
		want = append(want, name)
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			has(t, files, name, "\n.TP\n\\fB\\-\\-"+f.Name+"\\fP")
		})
		has(t, files, "usagedata.1", "\\fBusagedata-"+c.Name()+"\\fP(1)\n")
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files)), sorted); diff != "" {
		t.Errorf("files, want - got +:\n%s", diff)
	}
	for _, text := range []string{`"1" "2026-03-01" "usagedata 0.0.0"`, "\n  state: /var/lib/usagedata\n",
		".TP\n6\nnot allowed", ".TP\n\\fBSUDO_USER\\fR\n", ".TP\n\\fB/var/log/usagedata/journal.jsonl\\fR\n"} {
		has(t, files, "usagedata.1", text)
	}
	for name := range files {
		if strings.HasSuffix(name, ".1") {
			reads(t, filepath.Join(folder, name))
		}
	}
}

var sorted = cmp.Transformer("sorted", func(names []string) []string { return slices.Sorted(slices.Values(names)) })

func has(t *testing.T, files map[string]string, name, text string) {
	t.Helper()
	if !strings.Contains(files[name], text) {
		t.Errorf("%s: got no %q, want it", name, text)
	}
}

// reads fails the test if mandoc or man complains, or if a line is wider than a terminal.
func reads(t *testing.T, page string) {
	t.Helper()
	lint := exec.CommandContext(t.Context(), "mandoc", "-T", "lint", "-W", "warning", page)
	if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("mandoc %s: got %v, %s; want no complaint", filepath.Base(page), err, out)
	}
	var shown, complaints bytes.Buffer
	man := inEnvironment(t, "MANWIDTH=80", "man", "--pager=cat", "--warnings=all", "-l", page)
	man.Stdout, man.Stderr = &shown, &complaints
	if err := man.Run(); err != nil || complaints.Len() > 0 {
		t.Errorf("man %s: got %v, %s; want no complaint", filepath.Base(page), err, &complaints)
	}
	for line := range strings.Lines(shown.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > commandline.Width {
			t.Errorf("man %s: got a line of %d characters, want %d at most: %s", filepath.Base(page), n,
				commandline.Width, line)
		}
	}
}
