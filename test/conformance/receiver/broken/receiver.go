// Package broken proves the suite for collection points: a small collection point in memory that
// keeps every rule, the same one with one fault each, and a table of both. A fault must fail the
// check that is meant for it and no other.
package broken

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"polycom.com/usagedata/core/usage"
)

const (
	maxBody   = 128 << 10 // packed, and unpacked
	handshake = 8 * time.Second
	silence   = 8 * time.Second // a busy machine may keep a good peer from sending
	late      = 45 * 24 * time.Hour
	ahead     = 24 * time.Hour
)

// server is a collection point. Without a fault it keeps every rule.
type server struct {
	fault string
	tls   *tls.Config

	inside atomic.Int32 // requests that are being judged

	mu     sync.Mutex
	stored map[string]kept // by id
	busy   map[string]bool // bodies that are being stored
}

// is reports whether this collection point has that fault.
func (s *server) is(fault string) bool { return s.fault == fault }

// reply is an answer without a body.
type reply struct {
	status int
	stored []byte // of a conflict
}

var (
	productForm = regexp.MustCompile(`^[a-z][a-z0-9]{1,31}$`)
	idForm      = regexp.MustCompile(`^([a-z][a-z0-9]{1,31})-([0-9]{8}T[0-9]{2}00Z)-[0-9a-hjkmnp-tv-z]{26}$`)
)

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	got := s.receive(w, r)
	s.spoil(h, r, &got)
	if got.stored != nil {
		h.Set("Stored-Digest", digest(got.stored))
		if s.is("nodigest") {
			h.Del("Stored-Digest")
		}
		if s.is("packeddigest") {
			h.Set("Stored-Digest", digest(pack(got.stored)))
		}
	}
	if got.status == http.StatusServiceUnavailable && !s.is("noretry") {
		h.Set("Retry-After", "3600")
	}
	if got.status >= 400 && !s.is("smuggles") {
		h.Set("Connection", "close") // what follows may be the rest of a body
	}
	if got.status != http.StatusNoContent && got.status >= 200 {
		h.Set("Content-Length", "0")
	}
	if s.is("talkative") && got.status == http.StatusBadRequest {
		h.Del("Content-Length")
		w.WriteHeader(got.status)
		_, _ = io.WriteString(w, "open /var/lib/collect/segments/1: no such file")
		return
	}
	w.WriteHeader(got.status)
}

// receive judges a request, and stores its document.
func (s *server) receive(w http.ResponseWriter, r *http.Request) reply {
	if s.is("crowded") {
		defer s.inside.Add(-1)
		switch n := s.inside.Add(1); {
		case n > 24:
			return reply{status: http.StatusBadRequest}
		case n > 6: // a slow machine brings them one after another
			<-time.After(2 * time.Second)
		default:
			<-time.After(300 * time.Millisecond)
		}
	}
	if s.is("servesmetrics") && r.URL.Path == "/metrics" {
		return reply{status: http.StatusOK}
	}
	id, got := s.resource(r)
	if got.status != 0 {
		return got
	}
	packed, got := s.read(w, r)
	if got.status != 0 {
		return got
	}
	body, got := s.unpack(r, packed)
	if got.status != 0 {
		return got
	}
	if got := s.judge(r, id, body); got.status != 0 {
		return got
	}
	if s.is("confuses") && left(r) {
		body = nil
	}
	if s.is("comparespacked") {
		return s.store(id, body, packed)
	}
	return s.store(id, body, body)
}

// left reports whether the client leaves before its answer.
func left(r *http.Request) bool {
	select {
	case <-r.Context().Done():
		return true
	case <-time.After(60 * time.Millisecond):
		return false
	}
}

// resource returns the id, if the path, the method and the headers are those of a document.
func (s *server) resource(r *http.Request) (id string, got reply) {
	to := r.URL.EscapedPath()
	if s.is("cleans") {
		to = path.Clean(r.URL.Path) // the sound one takes it as it was sent
	}
	rest, found := strings.CutPrefix(to, "/v1/usage/")
	product, id, _ := strings.Cut(rest, "/")
	form := idForm.FindStringSubmatch(id)
	s.mu.Lock()
	_, stored := s.stored[id]
	s.mu.Unlock()
	switch {
	case r.Method == "GET" && (s.is("reads") && stored || s.is("lists") && id == "" && found):
		return id, reply{status: 200}
	case r.Method == "GET" && s.is("tellsstored") && stored:
		return id, reply{status: 403}
	case r.Method == "DELETE" && s.is("deletes"):
		return id, reply{status: 204}
	case r.Method != "PUT":
		return id, reply{status: 405}
	case s.is("anyid") && form == nil && strings.HasPrefix(id, product+"-") && !strings.ContainsAny(id, `%/\`),
		s.is("anyproduct") && form != nil && productForm.MatchString(product):
		return id, reply{}
	case !found || form == nil || form[1] != product:
		return id, reply{status: 404}
	}
	if _, err := usage.ParsePeriod(form[2]); err != nil {
		return id, reply{status: 404}
	}
	return id, reply{}
}

// read reads the packed body. Each piece has its time.
func (s *server) read(w http.ResponseWriter, r *http.Request) (packed []byte, got reply) {
	most := int64(maxBody)
	if s.is("small") {
		most = 64 << 10
	}
	switch {
	case r.ContentLength < 0 && !s.is("chunks"), r.Header["Content-Length"] == nil && r.ContentLength == 0:
		return nil, reply{status: 411}
	case r.ContentLength > most && s.is("says400") && r.ContentLength < 4<<20:
		return nil, reply{status: 400}
	case r.ContentLength > most && !s.is("readsall"):
		return nil, reply{status: 413}
	}
	over := false
	for piece := make([]byte, 8<<10); ; {
		s.bound(w, len(packed) == 0)
		n, err := r.Body.Read(piece)
		packed = append(packed, piece[:n]...)
		if int64(len(packed)) > most {
			packed, over = packed[:0], true
		}
		switch {
		case errors.Is(err, io.EOF) && over:
			return nil, reply{status: 413}
		case errors.Is(err, io.EOF):
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
			return packed, reply{}
		case err != nil:
			if s.is("takeshalves") {
				s.store(path.Base(r.URL.Path), packed, packed)
			}
			panic(http.ErrAbortHandler)
		}
	}
}

// bound gives the next piece of a body its time.
func (s *server) bound(w http.ResponseWriter, first bool) {
	limit := silence
	switch {
	case s.is("waitsforbodies"):
		limit = time.Hour
	case s.is("impatient") && !first:
		return
	case s.is("impatient"):
		limit = 300 * time.Millisecond // for the whole body
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit))
}

// unpack compares the digest and unpacks.
func (s *server) unpack(r *http.Request, packed []byte) (body []byte, got reply) {
	claimed := r.Header.Get("Content-Digest")
	matches := strings.Contains(", "+claimed+",", ", "+digest(packed)+",")
	switch {
	case s.is("needsnodigest") && claimed == "", s.is("believes") && strings.Contains(claimed, "sha-256"):
	case !matches, s.is("onedigest") && claimed != digest(packed):
		return nil, reply{status: 400}
	}
	within := bytes.NewReader(packed)
	var from io.Reader = within
	var err error
	switch coding := r.Header.Get("Content-Encoding"); {
	case coding == "" && !s.is("onlypacked"):
	case coding == "gzip":
		var unpacker *gzip.Reader
		if unpacker, err = gzip.NewReader(within); err == nil {
			unpacker.Multistream(!s.is("onemember"))
			from = unpacker
		}
	case coding == "zstd" && !s.is("nozstd"):
		var unpacker *zstd.Decoder
		unpacker, err = zstd.NewReader(within, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err == nil {
			defer unpacker.Close()
			from = unpacker
		}
	case s.is("anycoding"):
	default:
		return nil, reply{status: 415}
	}
	if err != nil {
		return nil, reply{status: 400}
	}
	most := int64(maxBody)
	if s.is("unpacks") {
		most = 4 << 20
	}
	body, err = io.ReadAll(io.LimitReader(from, most+1))
	switch {
	case int64(len(body)) > most:
		return nil, reply{status: 413}
	case s.is("takescut") && errors.Is(err, io.ErrUnexpectedEOF):
		return nil, reply{status: 201}
	case err != nil, within.Len() > 0:
		return nil, reply{status: 400}
	}
	return body, reply{}
}

// judge judges the unpacked body.
func (s *server) judge(r *http.Request, id string, body []byte) reply {
	var d struct {
		ID      string
		Product struct{ ID string }
	}
	err := json.Unmarshal(body, &d)
	if bytes.ContainsRune(body, '\ufffd') || !json.Valid([]byte(strings.ToValidUTF8(string(body), "\x00"))) {
		err = errors.New("it is not UTF-8")
	}
	form := idForm.FindStringSubmatch(id)
	if s.is("anyid") && form == nil {
		return reply{}
	}
	switch misnamed := d.ID != id || d.Product.ID != form[1]; {
	case err != nil && s.is("anytext"), err == nil && s.is("anyname") && d.ID != "":
	case err != nil, misnamed:
		return reply{status: 422}
	}
	period, _ := usage.ParsePeriod(form[2])
	switch age := time.Since(period.Start); {
	case age > late && s.is("delaysold"), age < -ahead && !s.is("losesfast"):
		return reply{status: 503}
	case age > late, age > 24*time.Hour && s.is("onlytoday"), age < 0 && s.is("nofuture"), age < -ahead:
		return reply{status: 422}
	}
	return reply{}
}

// store stores a document, unless its id is taken. It compares documents by their key.
func (s *server) store(id string, body, key []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.is("busy") {
		if s.busy[string(body)] {
			return reply{status: http.StatusInternalServerError}
		}
		s.busy[string(body)] = true
		defer delete(s.busy, string(body))
		s.pause()
	}
	was, known := s.stored[id]
	if s.is("racy") {
		s.pause()
	}
	same := known && bytes.Equal(was.key, key)
	if !known || s.is("replaces") || s.is("acceptsothers") {
		s.stored[id] = kept{body, key}
	}
	switch {
	case !known, same && s.is("forgets"), s.is("acceptsothers") && !same:
		return reply{status: 201}
	case same && s.is("refusessame"):
		return reply{409, was.body}
	case same:
		return reply{status: 200}
	}
	return reply{409, was.body}
}

// pause lets other requests store their documents.
func (s *server) pause() {
	s.mu.Unlock()
	<-time.After(20 * time.Millisecond)
	s.mu.Lock()
}

// kept is a stored document: its body, and what later ones are compared with.
type kept struct{ body, key []byte }

// digest returns the value of Content-Digest.
func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// spoil changes the answer of a collection point with that fault.
func (s *server) spoil(h http.Header, r *http.Request, got *reply) {
	switch s.fault {
	case "wordy":
		if got.status == http.StatusConflict {
			h.Set("X-Filling", strings.Repeat("a", 4100))
		}
	case "undated":
		h["Date"] = nil
	case "stopped":
		h.Set("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
	case "boasts":
		h.Set("Server", "nginx/1.29.0")
	case "dawdles":
		<-time.After(3200 * time.Millisecond)
	case "defers":
		if got.status == http.StatusCreated {
			got.status = http.StatusAccepted
		}
	case "forstrangers":
		if strings.HasPrefix(r.UserAgent(), "usagedata/") {
			*got = reply{status: http.StatusForbidden}
		}
	case "asksandrefuses":
		if len(r.TLS.PeerCertificates) == 0 {
			*got = reply{status: http.StatusForbidden}
		}
	}
}

// pack packs a body as the sender does.
func pack(body []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(body)
	_ = w.Close()
	return packed.Bytes()
}
