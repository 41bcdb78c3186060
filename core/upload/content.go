package upload

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// coding is the form in which documents are sent. The other one that the protocol permits, zstd,
// makes documents of 8 KB longer and the largest at most a few percent shorter, for several times the
// memory.
const coding = "gzip"

// compress returns body in that form: the same content for the same body each time.
func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return out.Bytes(), nil
}

// digest returns the value of Content-Digest (RFC 9530), computed over the content as it is sent.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
