package networkusage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
)

// maxJoined bounds a row with line breaks inside of quotes, in bytes.
const maxJoined = 4 << 10

// lines cuts a table into lines. A line that is longer than the reader's buffer is passed over.
//
// encoding/csv is not used, because it knows no bound: one quotation mark that is never closed makes it hold the rest
// of the file; and because it makes a text of every row, where of most nothing but the date matters: it takes nine
// times as long. See BenchmarkCSV.
type lines struct {
	from   *bufio.Reader
	joined []byte // lines that may be one row
	again  []byte // lines that turned out not to be, to be read again

	tooLong int64
	torn    bool // the last line has no end
}

// next returns the next line without its end. It is good until the next call. Behind the last, ok is false.
func (l *lines) next() (line []byte, ok bool, err error) {
	if len(l.again) > 0 {
		line, l.again, _ = bytes.Cut(l.again, []byte("\n"))
		return line, true, nil
	}
	for {
		line, err := l.from.ReadSlice('\n')
		if err == nil {
			line = line[:len(line)-1]
			return bytes.TrimSuffix(line, []byte("\r")), true, nil
		}
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.from.ReadSlice('\n')
		}
		switch {
		case errors.Is(err, io.EOF):
			l.torn = l.torn || long || len(line) > 0
			return nil, false, nil
		case err != nil:
			return nil, false, err
		}
		l.tooLong++
	}
}

// longer takes the next line for the rest of a row that begins with this one.
func (l *lines) longer(row []byte) (longer []byte, ok bool, err error) {
	if len(l.joined) == 0 {
		l.joined = append(l.joined, row...)
	}
	line, ok, err := l.next()
	if !ok || err != nil {
		return row, false, err
	}
	l.joined = append(append(l.joined, '\n'), line...)
	return l.joined, len(l.joined) <= maxJoined, nil
}

// alone ends a row. Where it turned out to be its first line alone, the others are read again.
func (l *lines) alone(first int, isAlone bool) {
	if isAlone && len(l.joined) > first {
		l.again = slices.Concat(l.joined[first+1:], []byte("\n"), l.again)
	}
	l.joined = l.joined[:0]
}

// skipZeros skips what a writer leaves before its first row if its file was cut off under it.
func skipZeros(from *bufio.Reader) error {
	for {
		if _, err := from.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		here, _ := from.Peek(from.Buffered())
		zeros := len(here) - len(bytes.TrimLeft(here, "\x00"))
		_, _ = from.Discard(zeros) // they are in the buffer
		if zeros < len(here) {
			return nil
		}
	}
}

// bounded ends reading when the context does, and when all tables together are too large.
type bounded struct {
	ctx  context.Context
	from io.Reader
	left *int64 // bytes
}

func (b bounded) Read(into []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.from.Read(into)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, errTooMany
	}
	return n, err
}
