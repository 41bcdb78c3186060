package networkusage

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxDirectory is the limit for the directory of a zip archive, in bytes. That is enough for about
// a thousand entries.
const maxDirectory = 64 << 10

// unpack calls read with each table in a file: the file itself, its decompressed form, or the
// entries of an archive. It recognizes the format by the first bytes, not by the name. handle
// decides whether the error of an entry ends the read.
func unpack(whole *io.SectionReader, read func(io.Reader) error, handle func(error) error) error {
	beginning := make([]byte, 4)
	n, err := whole.ReadAt(beginning, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch beginning := string(beginning[:n]); {
	case strings.HasPrefix(beginning, "\x1f\x8b"):
		unzipped, err := gzip.NewReader(whole)
		if err != nil {
			return errArchive
		}
		return read(archived{unzipped})
	case strings.HasPrefix(beginning, "BZh"):
		return read(archived{bzip2.NewReader(whole)})
	case strings.HasPrefix(beginning, "\xff\xfe"), strings.HasPrefix(beginning, "\xfe\xff"):
		utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		return read(transform.NewReader(&complete{whole, whole.Size()}, utf16))
	case beginning == "\x28\xb5\x2f\xfd":
		return unzstd(whole, read)
	case strings.HasPrefix(beginning, "PK\x03\x04"), strings.HasPrefix(beginning, "PK\x05\x06"):
		return unzip(whole, read, handle)
	}
	return read(&complete{whole, whole.Size()})
}

// maxWindow is the limit for the decompressed data that zstd keeps in memory, in bytes. The default
// settings of zstd need less.
const maxWindow = 8 << 20

func unzstd(whole io.Reader, read func(io.Reader) error) error {
	unpacked, err := zstd.NewReader(whole, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return errArchive
	}
	defer unpacked.Close()
	return read(archived{unpacked})
}

// complete reads a plain file, and fails if it ends before its size at the time of opening.
// Rotation by copying truncates it.
type complete struct {
	io.Reader
	left int64
}

func (c *complete) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.left -= int64(n)
	if errors.Is(err, io.EOF) && c.left > 0 {
		err = errChanged
	}
	return n, err
}

// archived wraps any error of a damaged archive in [errArchive]. That includes a missing end,
// because the amount of missing data is not known.
type archived struct{ io.Reader }

func (a archived) Read(into []byte) (int, error) {
	n, err := a.Reader.Read(into)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", errArchive, err)
	}
	return n, err
}

func unzip(whole *io.SectionReader, read func(io.Reader) error, handle func(error) error) error {
	if err := checkDirectory(whole); err != nil {
		return err
	}
	archive, err := zip.NewReader(whole, whole.Size())
	if err != nil {
		return errArchive
	}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() || !isExport(entry.FileInfo().Name()) {
			continue
		}
		if err := handle(unzipEntry(entry, read)); err != nil {
			return err
		}
	}
	return nil
}

func unzipEntry(entry *zip.File, read func(io.Reader) error) error {
	const encrypted = 1
	if entry.Flags&encrypted != 0 {
		return errArchive
	}
	unzipped, err := entry.Open()
	if err != nil {
		return errArchive
	}
	defer unzipped.Close() // reading has already reported its errors
	return read(archived{unzipped})
}

// checkDirectory checks the size of an archive's directory, as the archive declares it, before the
// library reads all of it. It looks in the same place as the library. Archives above four gigabytes
// declare it elsewhere; they are beyond our limits.
func checkDirectory(whole *io.SectionReader) error {
	const length, most = 22, 22 + 1<<16 // with the longest comment
	end := make([]byte, min(whole.Size(), most))
	if _, err := whole.ReadAt(end, whole.Size()-int64(len(end))); err != nil && !errors.Is(err, io.EOF) {
		return errArchive
	}
	at := bytes.LastIndex(end, []byte("PK\x05\x06"))
	if at < 0 || len(end)-at < length {
		return errArchive
	}
	number := binary.LittleEndian
	entries, size, offset := number.Uint16(end[at+10:]), number.Uint32(end[at+12:]), number.Uint32(end[at+16:])
	if entries == math.MaxUint16 || size > maxDirectory || offset == math.MaxUint32 {
		return errArchive
	}
	return nil
}
