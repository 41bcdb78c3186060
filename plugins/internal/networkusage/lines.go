package networkusage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
)

// maxJoined is the limit for a row with line breaks within quotes, in bytes.
const maxJoined = 4 << 10

// lines splits a table into lines. It skips a line that is longer than the reader's buffer.
//
// It does not use encoding/csv, because that package has no limit: after a quotation mark that is
// never closed it would buffer the rest of the file. It also allocates a string for every row,
// although only the date of most rows is needed, and takes nine times as long.
type lines struct {
	from    *bufio.Reader
	joined  []byte // lines that may form one row
	pending []byte // lines that do not form one row, to be read again

	tooLong      int64
	unterminated bool // the last line has no line break
}

// next returns the next line without its line break. The line is valid until the next call. ok is
// false after the last line.
func (l *lines) next() (line []byte, ok bool, err error) {
	if len(l.pending) > 0 {
		line, l.pending, _ = bytes.Cut(l.pending, []byte("\n"))
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
			l.unterminated = l.unterminated || long || len(line) > 0
			return nil, false, nil
		case err != nil:
			return nil, false, err
		}
		l.tooLong++
	}
}

// joinNext joins the next line to a row.
func (l *lines) joinNext(row []byte) (longer []byte, ok bool, err error) {
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

// finishRow ends a row. If the row is only its first line, the other lines are read again.
func (l *lines) finishRow(first int, isAlone bool) {
	if isAlone && len(l.joined) > first {
		l.pending = slices.Concat(l.joined[first+1:], []byte("\n"), l.pending)
	}
	l.joined = l.joined[:0]
}

// skipZeros skips the zero bytes at the beginning of a file that was truncated while its writer had
// it open.
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
		_, _ = from.Discard(zeros) // they are buffered
		if zeros < len(here) {
			return nil
		}
	}
}

// bounded stops reading when the context ends, or when all tables together are too large.
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
