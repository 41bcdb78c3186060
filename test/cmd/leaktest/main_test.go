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

// ANON-1: the sample is clean in both modes, and the table shows it.
func TestClean(t *testing.T) {
	for _, tt := range []struct {
		arguments []string
		want      string
	}{
		{[]string{sample}, "16 13 0 0 5 0"},
		{[]string{"-show", sample, sample}, "16 13 0 0 5 0"},
		// the version that fails needs its ranges; times and words are skipped
		{[]string{"-typed", sample}, "16 13 0 0 1 1 1/2 0 - 0"},
	} {
		var stdout, stderr bytes.Buffer
		if got := run(tt.arguments, &stdout, &stderr); got != exitClean {
			t.Errorf("%v: got exit %d want 0\n%s%s", tt.arguments, got, stdout.String(), stderr.String())
		}
		fields := strings.Fields(strings.Split(stdout.String(), "\n")[1])
		if got := strings.Join(fields[:len(fields)-1], " "); got != tt.want {
			t.Errorf("%v: got %s want %s", tt.arguments, got, tt.want)
		}
	}
}

// If the vocabulary wrongly holds a name, the name leaks: exit 1, and only -show prints it.
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
	if want := `:1: leaked: "oduya"`; !strings.Contains(stdout.String(), want) ||
		!strings.Contains(stderr.String(), warning) {
		t.Errorf("got %s%s, want %s and a warning", stdout.String(), stderr.String(), want)
	}
	if got := run([]string{path}, &stdout, &stderr); got != exitClean {
		t.Errorf("without the word: got exit %d want 0", got)
	}
}

// Damage alone is not a leak; a partial leak is one.
func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		score leak.Score
		want  int
	}{{leak.Score{Damaged: 3}, exitClean}, {leak.Score{Leaked: 1}, exitLeaked}, {leak.Score{Partly: 1}, exitLeaked}} {
		if got := printScores(&bytes.Buffer{}, []result{{score: tt.score}, {}}, false); got != tt.want {
			t.Errorf("%+v: got exit %d want %d", tt.score, got, tt.want)
		}
	}
}

func TestWrongUsageIsALineAndAHint(t *testing.T) {
	for _, arguments := range [][]string{
		{}, {"-nonsense", sample}, {"/nowhere.jsonl"}, {file(t, "core-07\n")}, {"-words", "/nowhere", sample},
		{"-typed", "-words", sample, sample},
		{"-mistyped", "-words", sample, sample}, {"-typed", "-mistyped", sample},
		{sample, "/nowhere.jsonl"},
	} {
		var stdout, stderr bytes.Buffer
		got := run(arguments, &stdout, &stderr)
		lines := strings.Split(stderr.String(), "\n")
		if got != exitUsage || len(lines) != 3 || !strings.HasPrefix(lines[1], "hint: ") || len(lines[1]) < 10 ||
			stdout.Len() != 0 {
			t.Errorf("%v: got exit %d, %q, %q, want 2, a line and a hint", arguments, got, stdout.String(),
				stderr.String())
		}
	}
}

// If a share has grown, the exit status is 1, the line that would allow it is printed, and no value
// is shown without -show.
func TestTheRemainderMayNotGrow(t *testing.T) {
	const path = "folder/lines.jsonl"
	empty, err := leak.ReadRemainder("lines.jsonl serial word 1 1")
	if err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	if got := (options{}).tables(&stdout, empty, path, []string{"oduya4711"}); got != exitLeaked {
		t.Errorf("got exit %d want 1\n%s", got, stdout.String())
	}
	if got := stdout.String(); strings.Contains(got, "oduya4711") ||
		!strings.Contains(got, "lines.jsonl serial numbered 1 1\n") {
		t.Errorf("got %s, want the line for the remainder and no value", got)
	}
	(options{show: true}).tables(&stdout, empty, path, []string{"oduya4711"})
	if !strings.Contains(stdout.String(), "oduya4711") {
		t.Errorf("-show: got no value:\n%s", stdout.String())
	}
}
