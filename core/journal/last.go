package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// maxLine bounds an entry, in bytes.
const maxLine = 64 << 10

// maxTail bounds the bytes of each file that [Journal.Last] reads: the whole file, unless another
// program wrote to it.
const maxTail = defaultMax + maxLine

// Last returns the last n entries, or fewer if there are not as many, the oldest of them first. It
// skips lines that are torn or not ours.
func (j *Journal) Last(n int) ([]Entry, error) {
	var newestFirst []Entry
	for _, path := range j.Files() {
		end, err := j.tail(path)
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		newestFirst = appendEntries(newestFirst, end, n)
	}
	slices.Reverse(newestFirst)
	return newestFirst, nil
}

// appendEntries appends the entries in text, from its end, until there are n.
func appendEntries(entries []Entry, text []byte, n int) []Entry {
	for len(text) > 0 && len(entries) < n {
		cut := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1
		if e, ok := parse(text[cut:]); ok {
			entries = append(entries, e)
		}
		text = text[:cut]
	}
	return entries
}

// parse reads a line that [Journal.Record] wrote; a later version may have added members.
func parse(line []byte) (Entry, bool) {
	var e Entry
	err := json.Unmarshal(line, &e)
	return e, err == nil && slices.Contains(outcomes, e.Outcome)
}

// tail reads the end of a file, and returns nothing if there is no file. It may begin with a
// partial line, which parse rejects.
func (j *Journal) tail(path string) ([]byte, error) {
	f, err := j.disk.Open(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-maxTail)
	return io.ReadAll(io.NewSectionReader(f, from, maxTail))
}
