package upload

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compress returns the shorter of body's gzip and zstd forms, and its coding. It returns the same
// content for the same body each time.
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

// zstdWindow is larger than any document, which has fewer than 100,000 bytes.
const zstdWindow = 128 << 10

// withZstd leaves out zstd's own checksum, because Content-Digest is sent anyway, and uses one
// goroutine and little memory, because it runs once an hour on the customer's appliance. The next
// higher level makes a document a few percent shorter but takes 35 MB instead of 5.
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

// digest returns the value of Content-Digest (RFC 9530), computed over the content as it is sent.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
