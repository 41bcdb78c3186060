package upload

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compress makes body as short as gzip or zstd can, and names the one that did. The same body
// makes the same content each time.
func compress(body []byte) (coding string, content []byte, err error) {
	zipped, err := withGzip(body)
	if err != nil {
		return "", nil, fmt.Errorf("compress: %w", err)
	}
	standard, err := withZstd(body)
	if err != nil {
		return "", nil, fmt.Errorf("compress: %w", err)
	}
	if len(standard) < len(zipped) {
		return "zstd", standard, nil
	}
	return "gzip", zipped, nil
}

func withGzip(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// zstdWindow holds a whole document, which is below 100,000 bytes.
const zstdWindow = 128 << 10

// withZstd leaves zstd's own checksum out, because Content-Digest is sent anyway, and asks
// for one goroutine and little memory: this runs once an hour on somebody else's appliance. The
// level above this one makes a document a few percent shorter and takes 35 MB for it, not 5.
func withZstd(body []byte) ([]byte, error) {
	w, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(zstdWindow),
		zstd.WithEncoderCRC(false),
		zstd.WithZeroFrames(true),
	)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	return w.EncodeAll(body, nil), nil
}

// digest is the value of Content-Digest (RFC 9530): over the content as it is sent.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
