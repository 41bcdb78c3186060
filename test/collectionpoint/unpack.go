package collectionpoint

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

var (
	errTooLarge = errors.New("too large when unpacked")
	errCoding   = errors.New("content encoding is not gzip or zstd")
)

// suffixes are what a packed document's file is called by.
var suffixes = map[string]string{"gzip": ".gz", "zstd": ".zst"}

// unpack undoes a content encoding, up to a bound.
func unpack(encoding string, packed []byte) ([]byte, error) {
	var body []byte
	var err error
	switch encoding {
	case "":
		body = packed
	case "gzip":
		body, err = unpackGzip(packed)
	case "zstd":
		body, err = unpackZstd(packed)
	default:
		return nil, errCoding
	}
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", encoding, err)
	}
	if len(body) > maxUnpacked {
		return nil, errTooLarge
	}
	return body, nil
}

func unpackGzip(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return bounded(reader)
}

func unpackZstd(packed []byte) ([]byte, error) {
	reader, err := zstd.NewReader(bytes.NewReader(packed),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return bounded(reader)
}

// bounded reads one byte more than there may be, so that too much shows.
func bounded(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, maxUnpacked+1))
}
