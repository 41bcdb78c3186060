package cluster

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/collect/segment"
)

// settled compares a store, whose objects are the files of a folder, with the book: each accepted
// document is there with its bytes, and nothing is there that was not sent.
func (b *book) settled(t *testing.T, folder string) {
	t.Helper()
	lines := stored(t, folder)
	digests := map[string]string{}
	for _, line := range lines {
		sum := segment.Digest([]byte(line.Document))
		if sum != line.SHA256 || sum != b.sent[line.ID] {
			t.Errorf("%s is stored with other bytes than were sent", line.ID)
		}
		digests[line.ID] = sum
	}
	lost := 0
	for id, sum := range b.accepted {
		if digests[id] != sum {
			lost++
		}
	}
	if lost > 0 || len(b.accepted) == 0 {
		t.Errorf("%d of %d accepted documents are lost", lost, len(b.accepted))
	}
	t.Logf("%d documents accepted in %d attempts; the store has %d documents in %d lines",
		len(b.accepted), b.attempts, len(digests), len(lines))
}

// stored returns the lines of all segments below a folder. Any other file is an error.
func stored(t *testing.T, folder string) (lines []segment.Line) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".sgwtmp", entry.Name() == ".new":
			return fs.SkipDir // files of versitygw, or of the folder, that are no objects yet
		case entry.IsDir():
			return nil
		case strings.HasPrefix(entry.Name(), ".probe-"):
			return nil // a later check removes the object of a killed one
		}
		packed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		more, err := segment.Decode(name, packed)
		if err != nil {
			t.Error(err)
		}
		lines = append(lines, more...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
