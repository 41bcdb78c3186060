package receiver

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"polycom.com/usagedata/core/usage"
)

// document is a test document that conforms to the schema of usage data.
type document struct {
	id, product string
	body        []byte
}

// alphabet is that of ids and pseudonyms.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// random returns letters and digits that nobody can guess, so that no two runs use the same id.
func random(n int) string {
	text := make([]byte, n)
	_, _ = rand.Read(text) // never fails
	for i, b := range text {
		text[i] = alphabet[b%byte(len(alphabet))]
	}
	return string(text)
}

// content is a document in the order of its members. Lab is always true: the documents of this suite
// count for no statistics.
type content struct {
	Format  string `json:"format"`
	ID      string `json:"id"`
	System  string `json:"system"`
	Lab     bool   `json:"lab"`
	Product struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"product"`
	Profile int    `json:"profile"`
	Host    string `json:"host"`
	Plugin  string `json:"plugin"`
	Period  struct {
		Start time.Time `json:"start"`
		End   time.Time `json:"end"`
	} `json:"period"`
	Categories map[string]map[string]string `json:"categories"`
	Omitted    map[string]string            `json:"omitted"`
	Treated    map[string]int               `json:"treated"`
}

// usualSize is about that of a document of the products here.
const usualSize = 2_700

// document returns a new document about the hour that ended last.
func (v *visit) document() document { return v.about(usage.LastPeriod(v.now()), usualSize) }

// about returns a new document about a period, with so many bytes.
func (v *visit) about(p usage.Period, size int) document {
	return v.named(fmt.Sprintf("%s-%s-%s", v.Product, p, random(26)), p, size)
}

// named returns a document with this id. Two of them are never the same.
func (v *visit) named(id string, p usage.Period, size int) document {
	c := content{Format: "usagedata/1", ID: id, System: v.system, Lab: true, Profile: 1, Host: "1.0.0",
		Plugin: "1.0.0", Categories: map[string]map[string]string{"conformance": {"filling": "x"}},
		Omitted: map[string]string{}, Treated: map[string]int{"kept": 1, "pseudonymized": 0, "scrubbed": 0,
			"suppressed": 0, "undeclared": 0, "withheld": 0}}
	c.Product.ID, c.Product.Name = v.Product, "Conformance test of a collection point"
	c.Period.Start, c.Period.End = p.Start, p.End
	body, _ := json.Marshal(c) // its types always encode
	c.Categories["conformance"]["filling"] = random(max(1, size-len(body)+1))
	body, _ = json.Marshal(c)
	return document{id: id, product: v.Product, body: body}
}

// other returns another document with the same id.
func (v *visit) other(d document) document {
	return v.named(d.id, usage.LastPeriod(v.now()), usualSize)
}

// pack encodes a body; an unknown or empty coding leaves it as it is.
func pack(coding string, body []byte) []byte {
	var packed bytes.Buffer
	switch coding {
	case "gzip":
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(body)
		_ = w.Close()
	case "stored": // gzip that is not smaller
		w, _ := gzip.NewWriterLevel(&packed, gzip.NoCompression)
		_, _ = w.Write(body)
		_ = w.Close()
	case "zstd":
		w, _ := zstd.NewWriter(&packed, zstd.WithEncoderConcurrency(1))
		_, _ = w.Write(body)
		_ = w.Close()
	default:
		return body
	}
	return packed.Bytes()
}

// gzipBomb returns a body of some 100 KB that unpacks to 100 MB of spaces: a member, a hundred times.
func gzipBomb() []byte {
	return bytes.Repeat(pack("gzip", bytes.Repeat([]byte(" "), 1<<20)), 100)
}

// zstdBomb returns a body of some 100 KB that unpacks to 3 GB of spaces: a frame without a size, and
// blocks of 128 KiB of one repeated byte (RFC 8878, section 3.1.1.2).
func zstdBomb() []byte {
	const blocks, size = 25_000, 128 << 10
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3} // a window of 128 KiB
	for n := range blocks {
		head := uint32(size)<<3 | 1<<1 // run-length
		if n == blocks-1 {
			head |= 1
		}
		frame = append(binary.LittleEndian.AppendUint32(frame, head)[:len(frame)+3], ' ')
	}
	return frame
}

// digest returns the value of Content-Digest and of Stored-Digest.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
