package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/test/leak"
)

const sample = "../../leak/testdata/sample.jsonl"

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lines.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ANON-1: the sample is clean both ways, and the table says so.
func TestClean(t *testing.T) {
	for _, arguments := range [][]string{{sample}, {"-typed", sample}, {"-show", sample, sample}} {
		var stdout, stderr bytes.Buffer
		if got := run(arguments, &stdout, &stderr); got != exitClean {
			t.Errorf("%v: got exit %d want 0\n%s%s", arguments, got, stdout.String(), stderr.String())
		}
		fields := strings.Fields(strings.Split(stdout.String(), "\n")[1])
		if got, want := strings.Join(fields[:6], " "), "16 13 0 0 5 0"; got != want {
			t.Errorf("%v: got %s want %s", arguments, got, want)
		}
	}
}

// A vocabulary that was spoilt with a name lets it through: exit 1, and only -show says what.
func TestLeaked(t *testing.T) {
	path := file(t, `{"line": "session of oduya closed", "must": ["oduya"], "keep": ["session"]}`+"\n")
	words := file(t, "# words\nmila oduya # a name\n")
	var stdout, stderr bytes.Buffer
	if got := run([]string{"-words", words, path}, &stdout, &stderr); got != exitLeaked {
		t.Errorf("got exit %d want 1\n%s", got, stdout.String())
	}
	if strings.Contains(stdout.String()+stderr.String(), "oduya") {
		t.Errorf("got the value without -show:\n%s", stdout.String())
	}
	stdout.Reset()
	run([]string{"-show", "-words", words, path}, &stdout, &stderr)
	if want := `:1: leaked: "oduya"`; !strings.Contains(stdout.String(), want) || !strings.Contains(stderr.String(), warning) {
		t.Errorf("got %s%s, want %s and a warning", stdout.String(), stderr.String(), want)
	}
	if got := run([]string{path}, &stdout, &stderr); got != exitClean {
		t.Errorf("without the word: got exit %d want 0", got)
	}
}

// What is only damaged is no leak, and what is leaked in part is one.
func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		score leak.Score
		want  int
	}{{leak.Score{Damaged: 3}, exitClean}, {leak.Score{Leaked: 1}, exitLeaked}, {leak.Score{Partly: 1}, exitLeaked}} {
		if got := tell(&bytes.Buffer{}, []result{{score: tt.score}, {}}); got != tt.want {
			t.Errorf("%+v: got exit %d want %d", tt.score, got, tt.want)
		}
	}
}

func TestWrongUsageIsALineAndAHint(t *testing.T) {
	for _, arguments := range [][]string{
		{}, {"-nonsense", sample}, {"/nowhere.jsonl"}, {file(t, "core-07\n")}, {"-words", "/nowhere", sample}, {"-typed", "-words", sample, sample},
		{sample, "/nowhere.jsonl"},
	} {
		var stdout, stderr bytes.Buffer
		got := run(arguments, &stdout, &stderr)
		lines := strings.Split(stderr.String(), "\n")
		if got != exitUsage || len(lines) != 3 || !strings.HasPrefix(lines[1], "hint: ") || len(lines[1]) < 10 || stdout.Len() != 0 {
			t.Errorf("%v: got exit %d, %q, %q, want 2, a line and a hint", arguments, got, stdout.String(), stderr.String())
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if got := run([]string{"-h"}, &stdout, &stderr); got != 0 || !strings.Contains(stdout.String(), "-typed") {
		t.Errorf("got exit %d, %q, want 0 and the flags", got, stdout.String())
	}
}
