package networkusage

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"

	"polycom.com/usagedata/core/sdk"
)

// reading is one read of all files.
type reading struct {
	from, minutes int64 // the period: its first minute since 1970, and the number of its minutes
	sum           *sum
	buffer        *bufio.Reader
	left          int64 // bytes
	cost          Cost
	headers       int
	problem       error // of the first file that could not be read
	fields        [][]byte
	values        []float64
}

func (e *Export) readOnce(ctx context.Context, path string, period sdk.Period) (Usage, error) {
	files, err := openAll(path)
	if err != nil {
		return Usage{}, err
	}
	defer files.close()
	r := newReading(period)
	defer func() { e.addCost(r.cost) }()
	for _, f := range files {
		if err := r.readFile(ctx, f); err != nil {
			return Usage{}, err
		}
	}
	return r.usage()
}

// readFile reads a file. It skips a file that is also open under another name.
func (r *reading) readFile(ctx context.Context, f *openFile) error {
	switch {
	case f.denied != nil:
		r.unread(f.denied)
		return nil
	case f.File == nil:
		return nil
	}
	return r.file(ctx, io.NewSectionReader(f, 0, f.info.Size()))
}

// unread counts a file, or an entry of an archive, that could not be read. The others are still
// read.
func (r *reading) unread(problem error) {
	r.sum.unread++
	r.problem = cmp.Or(r.problem, problem)
}

// newReading returns a reading with its buffers.
func newReading(period sdk.Period) *reading {
	from := period.Start.Unix() / 60
	return &reading{
		from: from, minutes: period.End.Unix()/60 - from,
		sum: newSum(), left: maxBytes, buffer: bufio.NewReaderSize(nil, maxRow), values: make([]float64, other+1),
	}
}

func (r *reading) file(ctx context.Context, whole *io.SectionReader) error {
	return r.countDamaged(unpack(whole, func(table io.Reader) error { return r.part(ctx, table) }, r.countDamaged))
}

// part reads a table. If the table turns out to be damaged, its rows do not count, because any of
// them may be wrong as well.
func (r *reading) part(ctx context.Context, table io.Reader) error {
	before, headers := r.sum.snapshot(), r.headers
	err := r.table(ctx, table)
	if isDamaged(err) {
		r.sum.restore(before)
		r.headers = headers
	}
	r.sum.scopes.nextFile()
	return r.countDamaged(err)
}

// countDamaged counts a file that is damaged and returns nil, so that the other files are still
// read. It returns any other error.
func (r *reading) countDamaged(err error) error {
	if isDamaged(err) {
		r.unread(err)
		return nil
	}
	return err
}

func isDamaged(err error) bool {
	return errors.Is(err, errHeader) || errors.Is(err, errTwice) || errors.Is(err, errArchive)
}

// usage returns the result. It fails if there are rows but all of them are unreadable, because the
// files are then not an export. It also fails if no file has a header, because that does not mean
// that there were no calls.
func (r *reading) usage() (Usage, error) {
	if r.headers == 0 {
		return Usage{}, cmp.Or(r.problem, errHeader)
	}
	if r.sum.rows == 0 && r.sum.leftOut > 0 {
		return Usage{}, errNoRow
	}
	return r.sum.usage(), nil
}

// table reads one table. An empty table has no header and is not an error: it is the new file of an
// export that was just rotated.
func (r *reading) table(ctx context.Context, from io.Reader) error {
	if r.cost.Files++; r.cost.Files > maxFiles {
		return errTooMany
	}
	before := r.left
	defer func() { r.cost.Bytes += before - r.left }()
	r.buffer.Reset(bounded{ctx, from, &r.left})
	if err := skipZeros(r.buffer); err != nil {
		return err
	}
	l := &lines{from: r.buffer}
	first, ok, err := l.next()
	for ok && isPreface(first) {
		first, ok, err = l.next()
	}
	switch {
	case err != nil:
		return err
	case !ok && !l.unterminated && l.tooLong == 0:
		return nil
	case !ok || l.tooLong > 0:
		return errHeader
	}
	h, err := parseHeader(first)
	if err != nil {
		return err
	}
	r.headers++
	err = r.rows(l, h)
	r.sum.leftOut += l.tooLong
	return err
}

// isPreface reports whether a line before the header is blank, a comment, or the separator line for
// spreadsheets.
func isPreface(line []byte) bool {
	line = bytes.TrimSpace(bytes.TrimPrefix(line, byteOrderMark))
	return len(line) == 0 || line[0] == '#' || len(line) >= 4 && bytes.EqualFold(line[:4], []byte("sep="))
}

func (r *reading) rows(l *lines, h header) error {
	for {
		line, ok, err := l.next()
		if !ok || err != nil {
			return err
		}
		r.cost.Rows++
		if bytes.IndexByte(line, '"') >= 0 {
			err = r.quoted(l, h, line)
		} else {
			err = r.plain(h, line)
		}
		if err != nil {
			return err
		}
	}
}

// plain handles a line without quotes. If it is not about the period, only its date is read.
func (r *reading) plain(h header, line []byte) error {
	minute, ok := r.minute(nth(line, h.separator, h.date))
	if ok && minute < 0 || len(line) == 0 {
		return nil
	}
	r.fields = splitPlain(r.fields[:0], line, h.separator)
	return r.row(h, whole)
}

// quoted handles a line with quotes. If it ends within quotes, the following lines are joined to
// it. If the quotes are never closed, only the first line is lost.
func (r *reading) quoted(l *lines, h header, line []byte) error {
	var end ending
	first := len(line)
	for {
		r.fields, end = split(r.fields[:0], line, h.separator)
		if end != open {
			break
		}
		longer, ok, err := l.joinNext(line)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		line = longer
	}
	err := r.row(h, end)
	l.finishRow(first, end != whole)
	return err
}

// minute returns the minute of a date within the period, or -1 if it is outside.
func (r *reading) minute(date []byte) (minute int64, ok bool) {
	n, ok := integer(date)
	if !ok {
		n, ok = integer(bytes.TrimSpace(date))
	}
	if !ok || n == noValue {
		return 0, false
	}
	if n < r.from || n >= r.from+r.minutes {
		return -1, true
	}
	return n - r.from, true
}

// row handles the fields of a row.
func (r *reading) row(h header, end ending) error {
	if end != whole || len(r.fields) != h.width {
		r.sum.leftOut++
		return nil
	}
	minute, ok := r.minute(r.fields[h.date])
	switch {
	// a repeated header, in files that were concatenated
	case ok && minute < 0, bytes.EqualFold(r.fields[h.date], []byte("date")):
		return nil
	case !ok || !r.numbers(h):
		r.sum.leftOut++
		return nil
	}
	own, repeated, err := r.sum.scopes.row(r.fields[h.name], int(minute))
	switch {
	case err != nil:
		return err
	case repeated:
		r.sum.repeated++
	default:
		r.sum.add(own, int(minute), r.values)
	}
	return nil
}

// numbers parses the columns. A row with an invalid number is not used, because its other columns
// may be wrong as well.
func (r *reading) numbers(h header) bool {
	for i := range r.values {
		r.values[i] = noValue
	}
	for _, c := range h.columns {
		value, ok := number(r.fields[c.at])
		if !ok || c.quantity <= audio && value != float64(int64(value)) {
			return false
		}
		r.values[c.quantity] = valueOf(c.quantity, value, r.values[c.quantity])
	}
	return true
}

// valueOf returns the value of a column. It is outOfRange for a share above a hundred, and
// for a sum of columns if one of them has no value.
func valueOf(place quantity, value, before float64) float64 {
	switch {
	case (place == bandwidthPercent || place == packetLoss) && value > 100:
		return outOfRange
	case place != other || before == noValue:
		return value
	case value == noValue || before == outOfRange:
		return outOfRange
	}
	return before + value
}
