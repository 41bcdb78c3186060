package anonymize_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/anonymize"
)

// labelled is a line with what must not survive in it, and what must.
type labelled struct {
	Line       string
	Must, Keep []string
}

// counted is what became of the labels of a file.
type counted struct {
	identifiers, leaked, partly, keeps, kept int
	failed                                   []string
}

func (c counted) String() string {
	return fmt.Sprintf("%d identifiers, %d leaked, %d partly; %d of %d kept", c.identifiers, c.leaked, c.partly,
		c.kept, c.keeps)
}

// ANON-1: of the labelled lines of our own making, treated as text, no identifier gets through, nor most of one; and
// versions, times and numbers beside a word that makes them one stay.
func TestLabelledLines(t *testing.T) {
	got := count(t, filepath.Join("testdata", "labelled.jsonl"), nil)
	if t.Log(got); got.leaked+got.partly > 0 || got.identifiers < 600 || got.kept < got.keeps {
		t.Errorf("got %s, want nothing leaked and all kept:\n%s", got, strings.Join(got.failed, "\n"))
	}
}

// ANON-1: the same for the labelled lines in the folder that USAGEDATA_LEAK_DATA names, where somebody has more of
// them. Their keeps have serial numbers, which stay in their own fields only.
func TestLabelledLinesElsewhere(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("USAGEDATA_LEAK_DATA"), "*.jsonl"))
	if os.Getenv("USAGEDATA_LEAK_DATA") == "" {
		files = nil
	}
	for _, file := range files {
		got := count(t, file, acme().Vocabulary)
		if t.Log(filepath.Base(file), got); got.leaked+got.partly > 0 {
			t.Errorf("%s: got %s, want nothing leaked", filepath.Base(file), got)
		}
	}
}

func count(t *testing.T, path string, vocabulary []string) (c counted) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := anonymize.NewScrubber(anonymize.EphemeralKey(), vocabulary)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out, _ := s.Scrub(l.Line)
		c.add(l, out)
	}
	return c
}

// add looks for identifiers in what is not a token, and for keeps in all of it.
func (c *counted) add(l labelled, out string) {
	bare := strings.ToLower(tokens.ReplaceAllString(out, ""))
	c.identifiers += len(l.Must)
	c.keeps += len(l.Keep)
	for _, must := range l.Must {
		switch most := longestCommon(strings.ToLower(must), bare); {
		case most == len(must):
			c.leaked++
			c.failed = append(c.failed, "leaked: "+l.Line)
		case most >= 6 && most*10 >= len(must)*6:
			c.partly++
			c.failed = append(c.failed, "partly: "+l.Line)
		}
	}
	for _, keep := range l.Keep {
		if strings.Contains(out, keep) {
			c.kept++
		} else {
			c.failed = append(c.failed, "lost: "+l.Line)
		}
	}
}

// longestCommon is the length of the longest part of text that stands in other.
func longestCommon(text, other string) (most int) {
	for from := range text {
		for to := from + most + 1; to <= len(text) && strings.Contains(other, text[from:to]); to++ {
			most = to - from
		}
	}
	return most
}
