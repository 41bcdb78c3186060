package upload

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// compress returns body in the form of gzip, and the name of that coding. It returns the same content
// for the same body each time. The other coding that the protocol permits, zstd, makes documents of
// 8 KB longer and the largest at most a few percent shorter, for several times the memory.
func compress(body []byte) (coding string, content []byte, err error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", nil, fmt.Errorf("compress: %w", err)
	}
	return "gzip", out.Bytes(), nil
}

// digest returns the value of Content-Digest (RFC 9530), computed over the content as it is sent.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
