package sent

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// Bounds in bytes, far above every product's limit: of a document; of its file; of what gzip puts in
// front of the content.
const (
	maxDocument = 1 << 20
	maxFile     = maxDocument + maxHeader
	maxHeader   = 1 << 10
)

// format begins the comment of a gzip file, for example
//
//	usagedata-sent/1 accepted=2026-03-01T14:17:12Z profile=3 bytes=23456 sha256=…
//
// The checksum covers the rest of the comment, the id, and the document: a file that was renamed to
// another document's name is damaged.
const format = "usagedata-sent/1 accepted=%s profile=%d bytes=%d"

// pack returns the file of a document.
func pack(id string, body []byte, accepted time.Time) ([]byte, error) {
	if len(body) > maxDocument {
		return nil, fmt.Errorf("%d bytes are too many", len(body))
	}
	d := Document{ID: id, Accepted: accepted.UTC().Truncate(time.Second), Profile: profileOf(body), Bytes: len(body)}
	var packed bytes.Buffer
	out := gzip.NewWriter(&packed)
	out.Name, out.Comment = id+".json", comment(d, body)
	if _, err := out.Write(body); err != nil {
		return nil, err
	}
	err := out.Close()
	return packed.Bytes(), err
}

func comment(d Document, body []byte) string {
	said := fmt.Sprintf(format, d.Accepted.Format(time.RFC3339), d.Profile, d.Bytes)
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n", said, d.ID)
	sum.Write(body)
	return fmt.Sprintf("%s sha256=%x", said, sum.Sum(nil))
}

// unpack is the inverse of [pack]. It accepts exactly what pack makes for this id.
func unpack(id string, packed []byte) (Document, []byte, error) {
	var in gzip.Reader
	d, err := begin(&in, id, bytes.NewReader(packed))
	if err != nil {
		return d, nil, err
	}
	in.Multistream(false)
	body, err := io.ReadAll(io.LimitReader(&in, maxDocument+1))
	if err != nil || in.Comment != comment(d, body) || len(body) != d.Bytes {
		return d, nil, ErrDamaged
	}
	return d, body, nil
}

// begin reads the beginning of a file. Whether the description is true is known after the document
// was read.
func begin(in *gzip.Reader, id string, packed io.Reader) (Document, error) {
	d := Document{ID: id}
	if in.Reset(packed) != nil {
		return d, ErrDamaged
	}
	said, _, _ := strings.Cut(in.Comment, " sha256=")
	var accepted string
	if _, err := fmt.Sscanf(said, format, &accepted, &d.Profile, &d.Bytes); err != nil {
		return d, ErrDamaged
	}
	d.Period, _ = periodOf(id)
	at, err := time.Parse(time.RFC3339, accepted)
	if err != nil || said != fmt.Sprintf(format, accepted, d.Profile, d.Bytes) || in.Name != id+".json" {
		return d, ErrDamaged
	}
	d.Accepted = at
	return d, nil
}

// describe reads the beginning of a document's file.
func (s Store) describe(in *gzip.Reader, id string) (Document, error) {
	f, err := s.disk.Open(s.path(id), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return Document{}, err
	}
	defer f.Close()
	beginning := make([]byte, maxHeader)
	n, err := f.ReadAt(beginning, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Document{}, err
	}
	return begin(in, id, bytes.NewReader(beginning[:n]))
}

// profileOf returns the version of the profile that a document was made with, or 0.
func profileOf(body []byte) int {
	var d struct{ Profile int }
	_ = json.Unmarshal(body, &d) // a later version's document may have another form
	return max(0, d.Profile)
}
