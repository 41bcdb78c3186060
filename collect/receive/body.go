package receive

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/strictjson"
	"polycom.com/usagedata/core/usage"
)

// The size limits of a document, in bytes. Unpacked, it must be smaller than maxUnpacked; as it is
// sent, it can be a little larger, if compression gains nothing.
const (
	maxUnpacked = segment.MaxDocument
	maxPacked   = maxUnpacked + 1000
)

func encodingOf(request *http.Request) string {
	return strings.ToLower(strings.TrimSpace(strings.Join(request.Header.Values("Content-Encoding"), ",")))
}

func known(encoding string) bool {
	return encoding == "" || encoding == "identity" || encoding == "gzip" || encoding == "zstd"
}

// read reads the body, compares its digest, and unpacks it. It returns a status of 0 if all is well.
func read(request *http.Request) ([]byte, Answer) {
	claimed, ok := claimedDigest(request.Header.Values("Content-Digest"))
	if !ok {
		return nil, refuse(http.StatusBadRequest, "digest")
	}
	packed, err := readAll(request.Body, int(request.ContentLength))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "cut")
	}
	if sha256.Sum256(packed) != claimed {
		return nil, refuse(http.StatusBadRequest, "digest")
	}
	document, err := unpack(encodingOf(request), packed)
	switch {
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "packed")
	case len(document) >= maxUnpacked:
		return nil, refuse(http.StatusRequestEntityTooLarge, "size")
	}
	return document, Answer{}
}

// readAll reads a body of this length. The buffer grows with what has come: a peer that promises much
// and sends little takes little memory.
func readAll(body io.Reader, length int) ([]byte, error) {
	content := make([]byte, min(length, 8<<10))
	for have := 0; ; {
		n, err := io.ReadFull(body, content[have:])
		have += n
		if err != nil || have == length {
			return content, err
		}
		content = append(make([]byte, 0, min(length, 2*have)), content...)
		content = content[:cap(content)]
	}
}

// claimedDigest finds the sha-256 among the digests of RFC 9530. As in every dictionary of RFC 8941, the last
// member of a name counts, and parameters may follow the value.
func claimedDigest(headers []string) (claimed digest, ok bool) {
	for entry := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(entry), "=")
		if name != "sha-256" {
			continue
		}
		value, _, _ = strings.Cut(value, ";")
		text, begins := strings.CutPrefix(value, ":")
		text, ends := strings.CutSuffix(text, ":")
		sum, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !begins || !ends || len(sum) != sha256.Size {
			return digest{}, false
		}
		claimed, ok = digest(sum), true
	}
	return claimed, ok
}

var (
	gunzippers sync.Pool
	zstds      = mustZstd()
)

func mustZstd() *zstd.Decoder {
	// A frame may claim a window that is larger than its content: RFC 8878 asks for 8 MiB. The memory is
	// not bounded by the window, but by the buffer in unpack.
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(8<<20),
		zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return decoder
}

// unpack returns at most maxUnpacked bytes. If it returns that many, the document is too large.
func unpack(encoding string, packed []byte) ([]byte, error) {
	switch encoding {
	case "gzip":
		return gunzip(packed)
	case "zstd":
		document, err := zstds.DecodeAll(packed, make([]byte, 0, maxUnpacked))
		if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
			return make([]byte, maxUnpacked), nil
		}
		return document, err
	}
	return packed, nil
}

func gunzip(packed []byte) ([]byte, error) {
	reader, _ := gunzippers.Get().(*gzip.Reader)
	if reader == nil {
		reader = new(gzip.Reader)
	}
	defer gunzippers.Put(reader)
	if err := reader.Reset(bytes.NewReader(packed)); err != nil {
		return nil, err
	}
	// Most documents unpack to less than four times their size.
	document := bytes.NewBuffer(make([]byte, 0, min(4*len(packed)+bytes.MinRead, maxUnpacked)))
	_, err := document.ReadFrom(io.LimitReader(reader, maxUnpacked))
	return document.Bytes(), err
}

// Problem returns one word for why a document does not match its id, or "" if it does. The rest is checked
// when tables are made of it, against the product's profile, which a receiver does not have. A name that
// occurs twice is a problem: whoever reads the document later may take the other value.
func Problem(document []byte, id string) string {
	product, period, ok := usage.ParseID(id)
	if !ok {
		return "id"
	}
	whole, err := strictjson.Parse(document)
	if err != nil {
		return "json"
	}
	about, noProduct := strictjson.Parse(whole.Find("product"))
	hour, noPeriod := strictjson.Parse(whole.Find("period"))
	is := func(value json.RawMessage, want string) bool {
		var text string
		return json.Unmarshal(value, &text) == nil && text == want
	}
	switch {
	case !is(whole.Find("format"), "usagedata/1"):
		return "format"
	case !is(whole.Find("id"), id), noProduct != nil, !is(about.Find("id"), product):
		return "id"
	case noPeriod != nil, !is(hour.Find("start"), period.Start.Format(time.RFC3339)),
		!is(hour.Find("end"), period.End.Format(time.RFC3339)):
		return "period"
	}
	return ""
}
