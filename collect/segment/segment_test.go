package segment

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/usage"
)

var hour = usage.PeriodFrom(time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))

func idOf(n int) string {
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	last := strings.Repeat("0", 24) + string(letters[n/32%32]) + string(letters[n%32])
	return "dma-" + hour.String() + "-" + last
}

// some returns lines whose documents have this many bytes.
func some(n, size int) (lines []Line) {
	for i := range n {
		filling := fmt.Sprintf("%x", i*i*7919)
		document := fmt.Sprintf("{\n  \"id\": %q,\n  \"filling\": %q\n}\n",
			idOf(i), strings.Repeat(filling, 1+size/len(filling)))
		lines = append(lines, Line{
			ID: idOf(i), Received: hour.End.Add(time.Duration(i) * time.Second), Ahead: i%7 == 3,
			SHA256: Digest([]byte(document)), Document: document,
		})
	}
	return lines
}

func encoded(t *testing.T, lines []Line) (name string, packed []byte) {
	packed, err := Encode(lines)
	if err != nil {
		t.Fatal(err)
	}
	return Name("dma", hour, lines[0].Received, packed), packed
}

// COLL-1: what was written is read, to the byte, whatever text a document holds.
func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []Line
		for i := range rapid.IntRange(1, 40).Draw(t, "documents") {
			text := rapid.String().Draw(t, "document")
			if rapid.Bool().Draw(t, "long") {
				text = strings.Repeat(text+"<&>\u2028\n", 3000)
			}
			lines = append(lines, Line{ID: idOf(i), Received: hour.End, SHA256: Digest([]byte(text)), Document: text})
		}
		packed, err := Encode(lines)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(Name("dma", hour, hour.End, packed), packed)
		if diff := cmp.Diff(lines, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	})
}

// COLL-1: a changed or missing byte anywhere is found, and costs only the frame that it hits.
func TestDamageCostsWhatItHits(t *testing.T) {
	lines := some(90, 8000)
	name, packed := encoded(t, lines)
	frames := bytes.Count(packed, magic)
	if frames < 3 {
		t.Fatalf("%d frames: this test needs more", frames)
	}
	const perFrame = 34 // documents, at most
	check := func(what string, damaged []byte) {
		got, err := Decode(name, damaged)
		if !errors.Is(err, ErrDamaged) {
			t.Fatalf("%s: not found: %v", what, err)
		}
		for _, line := range got {
			if !slices.Contains(lines, line) {
				t.Fatalf("%s: a line is not as it was written", what)
			}
		}
		if len(got) < len(lines)-2*perFrame { // the beginning of a frame may be hit
			t.Fatalf("%s: %d of %d documents are left", what, len(got), len(lines))
		}
	}
	for at := range packed {
		if near := next(packed, max(0, at-16)); at%131 > 0 && near > at+16 {
			continue // all bytes about the beginning of a frame, and some others
		}
		damaged := bytes.Clone(packed)
		damaged[at] ^= 1 << (at % 8)
		check(fmt.Sprintf("byte %d of %d", at, len(packed)), damaged)
	}
	for at := len(packed) / 2; at < len(packed); at += 149 {
		got, err := Decode(name, packed[:at])
		if !errors.Is(err, ErrDamaged) || len(got) < len(lines)/2-2*perFrame {
			t.Fatalf("cut at %d of %d: %d documents are left, %v", at, len(packed), len(got), err)
		}
	}
}

// A whole segment under another name is not what the name promises.
func TestSegmentUnderAnotherName(t *testing.T) {
	lines := some(3, 100)
	name, packed := encoded(t, lines)
	for _, other := range []string{
		strings.Replace(name, "/dma/", "/rmx/", 1),
		strings.Replace(name, "T1300Z/", "T1400Z/", 1),
	} {
		got, err := Decode(other, packed)
		if !errors.Is(err, ErrDamaged) || len(got) > 0 {
			t.Errorf("%s: %d documents, %v", other, len(got), err)
		}
	}
}

// Another program reads a segment.
func TestZstdcatReadsIt(t *testing.T) {
	lines := some(90, 8000)
	_, packed := encoded(t, lines)
	command := exec.Command("zstdcat")
	command.Stdin = bytes.NewReader(packed)
	out, err := command.Output()
	if err != nil || bytes.Count(out, []byte("\n")) != len(lines) {
		t.Errorf("%d lines, %v", bytes.Count(out, []byte("\n")), err)
	}
}

func FuzzDecode(f *testing.F) {
	packed, err := Encode(some(5, 300))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(Name("dma", hour, hour.End, packed), packed)
	f.Add(NameOfImported(idOf(1), packed[:20]), packed[:20])
	f.Fuzz(func(t *testing.T, name string, packed []byte) {
		lines, _ := Decode(name, packed)
		for _, line := range lines {
			if line.SHA256 != Digest([]byte(line.Document)) {
				t.Errorf("a document is not as its digest says")
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("segments/dma/20260301T1300Z/20260301T142455Z-" + Digest(nil) + ending)
	f.Add("segments/dma/20261301T1300Z/20260301T142455Z-" + Digest(nil) + ending)
	f.Add(NameOfImported(idOf(1), nil))
	f.Fuzz(func(t *testing.T, name string) {
		address, err := Parse(name)
		if err == nil && address.String() != name {
			t.Errorf("%q is read as %q", name, address)
		}
	})
}
