package handover

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"polycom.com/usagedata/core/usage"
)

// Bounds in bytes: of a line, in which a document may grow to six times its length; of its gzip
// member; and of a file.
const (
	maxLine   = 6*maxDocument + 1000
	maxMember = 1 << 20
	maxFile   = 1 << 30
)

var (
	// errNotExport means that a file is not an export, or one of another version of the format.
	errNotExport = errors.New("not an export of usage data")
	// ErrDamaged means that a document of an export is damaged. The next one may be whole.
	ErrDamaged = errors.New("a document of the export is damaged")
	// ErrIncomplete means that documents are missing from an export. Those that were read are whole.
	ErrIncomplete = errors.New("the export is not complete")
)

const (
	carryHint    = "copy the file again from the appliance, unchanged, or export it again"
	otherFile    = "name the file that `usagedata export FILE` wrote on the appliance"
	laterVersion = "install a newer version of this program"
)

// Reader reads an export.
type Reader struct {
	// Product is the id of the product whose documents these are.
	Product string

	in      *bufio.Scanner
	packed  gzip.Reader
	entries int // read so far, the damaged ones too
	ids     map[string]bool
	rest    bool // bytes follow the line that was read, in place of the next one
	ended   error
}

// NewReader reads the beginning of an export. If this is something else, the error says so and has a
// hint. Any other error is that of in.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewScanner(io.LimitReader(in, maxFile)), ids: map[string]bool{}}
	r.in.Buffer(nil, maxMember)
	r.in.Split(splitMembers)
	if !r.in.Scan() && r.in.Err() != nil && !errors.Is(r.in.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("read the export: %w", r.in.Err())
	}
	if err := recognize(r.in.Bytes()); err != nil {
		return nil, err
	}
	text, ok := r.unpack(r.in.Bytes())
	var first firstLine
	if !ok || !decode(text, &first) || first.Format != exportFormat ||
		!usage.IsProduct(first.Product) {
		return nil, notExport("its first line is damaged", carryHint)
	}
	r.Product = first.Product
	return r, nil
}

// recognize says what a file is that does not begin as an export.
func recognize(beginning []byte) error {
	beginning = beginning[:min(len(beginning), 300)]
	text := bytes.TrimLeft(bytes.TrimPrefix(beginning, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(beginning, mark):
		return nil
	case bytes.HasPrefix(beginning, []byte(gzipHeader+exportName)):
		return notExport("it has another version of the format", laterVersion)
	case bytes.HasPrefix(text, []byte("{")) && bytes.Contains(beginning, []byte(receiptName)):
		return notExport("it is a receipt", otherFile)
	case bytes.HasPrefix(text, []byte("{")) && bytes.Contains(beginning, []byte(exportName)):
		return notExport("it was unpacked", carryHint)
	case bytes.HasPrefix(beginning, []byte(gzipHeader[:3])):
		return notExport("it was packed by another program", carryHint)
	case len(beginning) == 0:
		return notExport("it is empty", carryHint)
	}
	return notExport("it begins in another way", otherFile)
}

func notExport(why, hint string) error {
	return usage.WithHint(fmt.Errorf("%w: %s", errNotExport, why), hint)
}

// splitMembers splits where the next member of an export begins. It does not depend on what is in
// between, so damage ends with the member.
func splitMembers(data []byte, atEnd bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	if next := bytes.Index(data[1:], mark); next >= 0 {
		return next + 1, data[:next+1], nil
	}
	if atEnd {
		return len(data), data, nil
	}
	if len(data) >= maxMember-len(mark) { // longer than any line; what may be the beginning of a mark stays
		return len(data) - len(mark), data[:len(data)-len(mark)], nil
	}
	return 0, nil, nil
}

// unpack returns the line in a member. What follows the member is noted as damage.
func (r *Reader) unpack(member []byte) (text []byte, ok bool) {
	in := bytes.NewReader(member)
	if !bytes.HasPrefix(member, mark) || r.packed.Reset(in) != nil {
		return nil, false
	}
	r.packed.Multistream(false)
	text, err := io.ReadAll(io.LimitReader(&r.packed, maxLine+1))
	if err != nil || len(text) > maxLine {
		return nil, false
	}
	r.rest = in.Len() > 0
	return text, true
}

// Next returns the next document; it is whole. At the end the error is [io.EOF] if the file was
// complete. After an error that is [ErrDamaged] or [ErrIncomplete] the caller goes on with Next; any
// other error is that of the input and final. The errors have hints.
func (r *Reader) Next() (Document, error) {
	switch {
	case r.ended != nil:
		return Document{}, r.ended
	case r.rest:
		r.rest = false
		return r.damaged()
	case !r.in.Scan():
		if err := r.in.Err(); err != nil {
			r.ended = fmt.Errorf("read the export: %w", err)
			return Document{}, r.ended
		}
		return r.incomplete("it was cut off")
	}
	text, ok := r.unpack(r.in.Bytes())
	if !ok {
		return r.damaged()
	}
	var last lastLine
	if decode(text, &last) && last.End == exportFormat {
		return r.end(last.Documents)
	}
	var line documentLine
	if !decode(text, &line) || !r.fits(line) {
		return r.damaged()
	}
	r.ids[line.ID] = true
	return Document{line.ID, []byte(line.Document)}, r.count(nil)
}

// fits reports whether a line holds a document of this file.
func (r *Reader) fits(line documentLine) bool {
	product, _, valid := usage.ParseID(line.ID)
	return valid && product == r.Product && !r.ids[line.ID] && len(line.Document) < maxDocument &&
		Digest([]byte(line.Document)) == line.SHA256
}

func (r *Reader) damaged() (Document, error) {
	return Document{}, r.count(usage.WithHint(fmt.Errorf("%w: number %d", ErrDamaged, r.entries+1), carryHint))
}

// count counts an entry, and returns the given error unless there are too many.
func (r *Reader) count(problem error) error {
	r.entries++
	if r.entries > maxDocuments {
		_, problem = r.incomplete("it has more documents than any export")
	}
	return problem
}

// end compares the number of documents, and reports whether something follows.
func (r *Reader) end(documents int) (Document, error) {
	switch {
	case r.rest || r.in.Scan():
		return r.incomplete("something follows its end")
	case documents != r.entries:
		return r.incomplete("documents are missing in the middle")
	}
	r.ended = io.EOF
	return Document{}, io.EOF
}

// incomplete ends the reading.
func (r *Reader) incomplete(why string) (Document, error) {
	r.ended = io.EOF
	return Document{}, usage.WithHint(fmt.Errorf("%w: %s", ErrIncomplete, why), carryHint)
}
