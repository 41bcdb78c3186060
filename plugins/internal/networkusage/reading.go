package networkusage

import (
	"bufio"
	"context"
	"io"

	"polycom.com/usagedata/core/sdk"
)

// reading is one read of all files.
type reading struct {
	from, minutes int64 // the period: its first minute since 1970, and how many there are
	sum           *sum
	buffer        *bufio.Reader
	left          int64 // bytes
	cost          Cost
	headers       int
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
	defer func() { e.spent(r.cost) }()
	for _, f := range files {
		if err := r.file(ctx, io.NewSectionReader(f, 0, f.size)); err != nil {
			return Usage{}, err
		}
	}
	return r.usage()
}

// newReading makes room for all.
func newReading(period sdk.Period) *reading {
	from := period.Start.Unix() / 60
	return &reading{
		from: from, minutes: period.End.Unix()/60 - from,
		sum: newSum(), left: MaxBytes, buffer: bufio.NewReaderSize(nil, MaxRow), values: make([]float64, other+1),
	}
}

func (r *reading) file(ctx context.Context, whole *io.SectionReader) error {
	return unpack(whole, func(table io.Reader) error { return r.table(ctx, table) })
}

// usage is what has been read. Where rows are there and none could be, the files are not what we take them for; files
// without a single header between them do not say that there were no calls.
func (r *reading) usage() (Usage, error) {
	if r.headers == 0 {
		return Usage{}, errHeader
	}
	if r.sum.rows == 0 && r.sum.leftOut > 0 {
		return Usage{}, errNoRow
	}
	return r.sum.usage(), nil
}

// table reads one table. An empty one has no header, and is none: the new file of an export that was just rotated.
func (r *reading) table(ctx context.Context, from io.Reader) error {
	if r.cost.Files++; r.cost.Files > MaxFiles {
		return errTooMany
	}
	before := r.left
	defer func() { r.cost.Bytes += before - r.left }()
	r.buffer.Reset(bounded{ctx, from, &r.left})
	defer r.sum.scopes.nextFile()
	l := &lines{from: r.buffer}
	first, ok, err := l.next()
	switch {
	case err != nil:
		return err
	case !ok && !l.torn && l.tooLong == 0:
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
