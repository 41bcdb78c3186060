// Package handover is the format of the files that take documents from a site without a way out to
// the network to the collection point, and of the receipts that come back. The section "Away from the
// network" of core/upload/README.md describes both.
//
// An export is gzip, one member for each line of JSON, and each member begins with the same bytes.
// Standard tools read it as one text, and a reader finds the next line after a damaged one. Each
// document has its checksum, and a last line gives their number: damage costs the documents that it
// hits, and a file that was cut off is recognized.
//
// The readers take bytes that passed through many hands. They are bounded in memory, whatever the file
// holds, and their errors quote nothing of it.
package handover

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxDocument is the length in bytes that every document stays below, as in the protocol.
const maxDocument = 100_000

// maxDocuments bounds the documents of a file: those of a year, and more than any appliance keeps.
const maxDocuments = 10_000

// Document is a document with its identity. Body is exactly what the appliance made.
type Document struct {
	ID   string
	Body []byte
}

// Digest returns the checksum of a document in the form of both files: SHA-256, in hexadecimal.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// isDigest reports whether a text has the form of [Digest].
func isDigest(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}
