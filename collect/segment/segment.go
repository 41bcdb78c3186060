// Package segment encodes and decodes segments, the files of the store. A segment holds received
// documents of one product and hour as JSON lines, in frames of zstd, and does not change once it is
// written. `zstdcat` and DuckDB read it.
//
// Its name ends with the digest of its bytes, so that damage is found without another file. Each
// frame and each line also has a checksum of its own, so that damage costs only the documents that it
// hits.
package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"polycom.com/usagedata/core/usage"
)

// Line is one document as it was received. It does not say where the document came from.
type Line struct {
	ID string `json:"id"`
	// Received is the moment of receipt, in UTC, in full seconds.
	Received time.Time `json:"received"`
	// Ahead says that the document's hour had not ended yet: the appliance's clock is fast.
	Ahead bool `json:"ahead,omitempty"`
	// SHA256 is the digest of the document, in hexadecimal digits.
	SHA256 string `json:"sha256"`
	// Document holds the bytes of the document, unpacked.
	Document string `json:"document"`
}

// NewLine returns the line of a document about the period, received at that moment. sum is its [Digest].
func NewLine(id string, period usage.Period, document []byte, sum string, received time.Time) Line {
	return Line{
		ID: id, Received: received.UTC().Truncate(time.Second), SHA256: sum, Document: string(document),
		Ahead: period.Start.After(usage.LastPeriod(received).Start),
	}
}

// MaxDocument is the length in bytes that every document stays below.
const MaxDocument = 100_000

// Expired reports whether documents about the period are past their retention.
func Expired(period usage.Period, kept time.Duration, now time.Time) bool {
	return period.End.Add(kept).Before(now)
}

// Digest returns the SHA-256 digest of a document, in hexadecimal digits.
func Digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// ErrDamaged means that a segment is not as it was written.
var ErrDamaged = errors.New("the segment is damaged")

// frameSize is the least number of unpacked bytes in each frame but the last. A smaller frame loses
// less to a damaged byte; a larger one packs better.
const frameSize = 256 << 10

// The coders are safe for concurrent use. Neither starts goroutines.
var (
	encoder = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(4),
		zstd.WithWindowSize(512<<10), zstd.WithEncoderCRC(true)))
	decoder = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxUnpacked)))
)

// maxUnpacked limits the memory for an unpacked segment, in bytes. It is far above the largest batch.
const maxUnpacked = 256 << 20

func must[T any](made T, err error) T {
	if err != nil {
		panic(err) // the options are constants
	}
	return made
}

// Encode returns the bytes of a segment.
func Encode(lines []Line) ([]byte, error) {
	var packed, frame bytes.Buffer
	each := json.NewEncoder(&frame)
	each.SetEscapeHTML(false)
	for i, line := range lines {
		if err := each.Encode(line); err != nil {
			return nil, fmt.Errorf("encode a segment: %w", err)
		}
		if frame.Len() >= frameSize || i == len(lines)-1 {
			packed.Write(encoder.EncodeAll(frame.Bytes(), nil))
			frame.Reset()
		}
	}
	return packed.Bytes(), nil
}

// Decode returns the lines of a segment with this name. If the segment is damaged, Decode returns the
// intact lines, and [ErrDamaged].
func Decode(name string, packed []byte) ([]Line, error) {
	address, err := Parse(name)
	if err != nil {
		return nil, err
	}
	if address.Digest == Digest(packed) {
		unpacked, err := decoder.DecodeAll(packed, nil)
		lines, others := sound(address, unpacked)
		if err == nil && others == 0 {
			return lines, nil
		}
	}
	return salvage(address, packed), fmt.Errorf("read %s: %w", name, ErrDamaged)
}

// magic begins each frame.
var magic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// salvage returns the lines of the intact frames, which it recognizes by their checksums. The bytes of
// magic can also occur within a frame, so it tries up to three ends for each frame.
func salvage(address Address, packed []byte) (lines []Line) {
	for at := next(packed, 0); at < len(packed); {
		end, more := at, []Line(nil)
		for range 3 {
			end = next(packed, end+1)
			if unpacked, err := decoder.DecodeAll(packed[at:end], nil); err == nil {
				more, _ = sound(address, unpacked)
				break
			}
		}
		if more == nil {
			end = next(packed, at+1)
		}
		lines, at = append(lines, more...), end
	}
	return lines
}

// next returns the first position, at from or later, at which a frame may begin, or the end.
func next(packed []byte, from int) int {
	if from >= len(packed) {
		return len(packed)
	}
	if i := bytes.Index(packed[from:], magic); i >= 0 {
		return from + i
	}
	return len(packed)
}

// sound returns the intact lines that belong to the segment's product and hour, and the number of the
// others.
func sound(address Address, unpacked []byte) (lines []Line, others int) {
	for text := range bytes.Lines(unpacked) {
		var line Line
		err := json.Unmarshal(text, &line)
		if err != nil || line.SHA256 != Digest([]byte(line.Document)) || !address.holds(line.ID) {
			others++
			continue
		}
		lines = append(lines, line)
	}
	return lines, others
}

// Address describes a segment's content. [Address.String] writes it as the segment's name.
type Address struct {
	Product string
	Period  usage.Period
	// First is the time at which its first document was received, in UTC, in full seconds.
	First time.Time
	// Imported is the id of the document, if the segment holds one that was imported from a file.
	Imported string
	// Digest is that of the segment's bytes, in hexadecimal digits.
	Digest string
}

// Root begins the names of all segments.
const Root = "segments/"

const (
	ending = ".jsonl.zst"
	stamp  = "20060102T150405Z"
)

// String returns the segment's name, as
// segments/dma/20260301T1300Z/20260301T142455Z-DIGEST.jsonl.zst.
func (a Address) String() string {
	if a.Imported != "" {
		return ImportedAs(a.Imported) + a.Digest + ending
	}
	return Folder(a.Product, a.Period) + a.First.UTC().Format(stamp) + "-" + a.Digest + ending
}

// Folder returns the prefix of the names of all segments of a product and hour.
func Folder(product string, period usage.Period) string {
	return Root + product + "/" + period.String() + "/"
}

// ImportedAs returns the prefix of the name of a segment that holds an imported document. If id is not
// the id of a document, no segment's name begins with it.
func ImportedAs(id string) string {
	product, period, ok := usage.ParseID(id)
	if !ok {
		return Root + "-" // no name
	}
	return Folder(product, period) + "import-" + id + "-"
}

func (a Address) holds(id string) bool {
	product, period, ok := usage.ParseID(id)
	return ok && product == a.Product && period == a.Period && (a.Imported == "" || a.Imported == id)
}

var nameParts = regexp.MustCompile(`^` + Root + `([a-z][a-z0-9]{1,31})/([0-9]{8}T[0-9]{2}00Z)/` +
	`(?:([0-9]{8}T[0-9]{6}Z)|import-([0-9a-zTZ-]+))-([0-9a-f]{64})` + regexp.QuoteMeta(ending) + `$`)

// Parse is the inverse of [Address.String].
func Parse(name string) (a Address, err error) {
	parts := nameParts.FindStringSubmatch(name)
	if parts == nil {
		return a, fmt.Errorf("%q is not the name of a segment", strings.ToValidUTF8(name, "?"))
	}
	a = Address{Product: parts[1], Imported: parts[4], Digest: parts[5]}
	a.Period, err = usage.ParsePeriod(parts[2])
	if err == nil && a.Imported == "" {
		a.First, err = time.Parse(stamp, parts[3])
	}
	if err != nil || a.String() != name {
		return a, fmt.Errorf("%q is not the name of a segment", name)
	}
	return a, nil
}

// Name returns the name of a segment that holds these bytes, whose documents were received from first on.
func Name(product string, period usage.Period, first time.Time, packed []byte) string {
	return Address{Product: product, Period: period, First: first, Digest: Digest(packed)}.String()
}

// NameOfImported returns the name of a segment that holds these bytes, and one imported document.
func NameOfImported(id string, packed []byte) string {
	return Address{Imported: id, Digest: Digest(packed)}.String()
}
