package handover

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"polycom.com/usagedata/core/usage"
)

const (
	exportName   = "usagedata-export/"
	exportFormat = exportName + "1"
)

// gzipHeader begins each member as compress/gzip writes it: without a time, with a comment. The
// comment is the format.
const gzipHeader = "\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"

// mark begins each line of an export.
var mark = []byte(gzipHeader + exportFormat + "\x00")

// The lines of an export.
type (
	firstLine struct {
		Format  string `json:"format"`
		Product string `json:"product"`
	}
	documentLine struct {
		ID       string `json:"id"`
		SHA256   string `json:"sha256"`
		Document string `json:"document"`
	}
	lastLine struct {
		End       string `json:"end"` // the format
		Documents int    `json:"documents"`
	}
)

// Writer writes an export. The same documents make the same bytes.
type Writer struct {
	out     io.Writer
	packer  *gzip.Writer
	product string
	ids     map[string]bool
}

// NewWriter begins an export of one product's documents.
func NewWriter(out io.Writer, product string) (*Writer, error) {
	if !usage.IsProduct(product) {
		return nil, errors.New("write the export: invalid id of a product")
	}
	w := &Writer{out, gzip.NewWriter(io.Discard), product, map[string]bool{}}
	return w, w.line(firstLine{exportFormat, product})
}

// Add writes a document. An error that is [ErrUnfit] has written nothing, and the next document may
// follow.
func (w *Writer) Add(d Document) error {
	switch product, _, valid := usage.ParseID(d.ID); {
	case !valid, product != w.product:
		return fmt.Errorf("%w: its id is not one of the product", ErrUnfit)
	case w.ids[d.ID]:
		return fmt.Errorf("%w: it is in the file already", ErrUnfit)
	case len(d.Body) >= maxDocument:
		return fmt.Errorf("%w: it is too long", ErrUnfit)
	case !utf8.Valid(d.Body):
		return fmt.Errorf("%w: it is not text in UTF-8", ErrUnfit)
	case len(w.ids) == maxDocuments:
		return fmt.Errorf("%w: the file holds %d documents, which is the most", ErrUnfit, maxDocuments)
	}
	w.ids[d.ID] = true
	return w.line(documentLine{d.ID, Digest(d.Body), string(d.Body)})
}

// ErrUnfit means that a document cannot be in an export.
var ErrUnfit = errors.New("the document cannot be exported")

// End writes the line that shows that the file is whole. It does not close what the writer was given.
func (w *Writer) End() error { return w.line(lastLine{exportFormat, len(w.ids)}) }

func (w *Writer) line(content any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	var member bytes.Buffer
	w.packer.Reset(&member)
	w.packer.Comment = exportFormat
	_, err := w.packer.Write(text.Bytes())
	if err == nil {
		err = w.packer.Close()
	}
	if err == nil {
		_, err = w.out.Write(member.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}
