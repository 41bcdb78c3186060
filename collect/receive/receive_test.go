package receive

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"polycom.com/usagedata/collect/batch"
	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/core/usage"
)

// The coder makes its channels when it is first used, and a bubble of synctest must not own them.
var _, _ = segment.Encode([]segment.Line{{}})

// memory is a store whose writes take a second, and fail on command.
type shelf struct {
	mu    sync.Mutex
	lines []segment.Line
	fail  error
}

func (s *shelf) Create(_ context.Context, name string, packed []byte) error {
	time.Sleep(time.Second)
	lines, err := segment.Decode(name, packed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil || err != nil {
		return errors.Join(s.fail, err)
	}
	s.lines = append(s.lines, lines...)
	return nil
}

func (s *shelf) stored() []segment.Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines
}

func newReceiver(s *shelf, change func(*Options)) *Receiver {
	batches := batch.New(batch.Options{Store: s, Memory: 1 << 20, Patience: time.Minute, Writers: 4})
	o := Options{
		Terms: Terms{Kept: 45 * 24 * time.Hour}, Now: time.Now,
		RetryMin: 5 * time.Minute, RetryMax: 50 * time.Minute,
	}
	if change != nil {
		change(&o)
	}
	return New(o, batches)
}

// sent is a request as an appliance makes it, before a test changes it.
type sent struct {
	method, path string
	body         []byte
	header       http.Header
	from         string
}

func documentOf(id string, period usage.Period, filling string) []byte {
	product, _, _ := strings.Cut(id, "-")
	return fmt.Appendf(nil, `{"format": "usagedata/1", "id": %q, "product": {"id": %q}, "period": {"start": %q, "end": %q}, "filling": %q}`,
		id, product, period.Start.Format(time.RFC3339), period.End.Format(time.RFC3339), filling)
}

func idAt(period usage.Period, n int) string { return fmt.Sprintf("dma-%s-%026d", period, n) }

func put(id string, body []byte) *sent {
	product, _, _ := strings.Cut(id, "-")
	s := &sent{method: http.MethodPut, path: "/v1/usage/" + product + "/" + id, header: http.Header{}}
	s.header.Set("Content-Type", "application/json")
	return s.holding("", body)
}

// holding sets the body, as it is transferred, with the headers that describe it.
func (s *sent) holding(encoding string, transferred []byte) *sent {
	s.body = transferred
	s.header.Del("Content-Encoding")
	if encoding != "" {
		s.header.Set("Content-Encoding", encoding)
	}
	s.header.Set("Content-Digest", headerDigest(digestOf(transferred)))
	s.header.Set("Content-Length", strconv.Itoa(len(transferred)))
	return s
}

func (s *sent) to(r *Receiver) *http.Response {
	request := httptest.NewRequest(s.method, s.path, bytes.NewReader(s.body))
	request.Header = s.header
	if s.from != "" {
		request.RemoteAddr = s.from
	}
	recorder := httptest.NewRecorder()
	r.ServeHTTP(recorder, request)
	return recorder.Result()
}

func gzipped(text []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

// stored is what gzip makes of bytes that cannot be packed.
func stored(text []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

func zstdOf(text []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return w.EncodeAll(text, nil)
}

// widely packs as a stream, whose length the packer does not know: the frame claims the widest window.
func widely(text []byte) []byte {
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithWindowSize(8<<20))
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(text[:9])
	_ = w.Flush()
	_, _ = w.Write(text[9:])
	_ = w.Close()
	return out.Bytes()
}

// COLL-1: what is taken and what is refused, and that only what is taken is stored.
func TestAnswers(t *testing.T) {
	now := time.Now().UTC()
	last := usage.LastPeriod(now)
	at := func(after time.Duration) usage.Period { return usage.PeriodFrom(now.Truncate(time.Hour).Add(after)) }
	id := idAt(last, 1)
	body := documentOf(id, last, "x")
	about := func(p usage.Period) *sent { return put(idAt(p, 1), documentOf(idAt(p, 1), p, "x")) }
	changed := func(change func(*sent)) *sent { s := put(id, body); change(s); return s }
	sized := func(n int) []byte {
		return documentOf(id, last, strings.Repeat("x", n-len(documentOf(id, last, ""))))
	}
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		request *sent
		want    int
	}{
		"plain": {put(id, body), 201},
		"gzip":  {put(id, body).holding("gzip", gzipped(body)), 201},
		"gzip in two members": {
			put(id, body).holding("gzip", append(gzipped(body[:9]), gzipped(body[9:])...)),
			201,
		},
		"zstd":                    {put(id, body).holding("zstd", zstdOf(body)), 201},
		"zstd with a wide window": {put(id, body).holding("zstd", widely(body)), 201},
		"bomb with a wide window": {put(id, body).holding("zstd", widely(make([]byte, 5<<20))), 413},
		"zstd in two frames": {
			put(id, body).holding("zstd", append(zstdOf(body[:9]), zstdOf(body[9:])...)),
			201,
		},
		"99,999 bytes of zstd":  {put(id, body).holding("zstd", widely(sized(99_999))), 201},
		"100,000 bytes of zstd": {put(id, body).holding("zstd", widely(sized(100_000))), 413},
		"identity":              {put(id, body).holding("identity", body), 201},
		"capital letters": {
			changed(func(s *sent) { s.header.Set("Content-Type", "Application/JSON; charset=utf-8") }),
			201,
		},
		"99,999 bytes":              {put(id, body).holding("gzip", gzipped(sized(99_999))), 201},
		"99,999 bytes, not smaller": {put(id, body).holding("gzip", stored(sized(99_999))), 201},
		"100,000 bytes":             {put(id, body).holding("gzip", gzipped(sized(100_000))), 413},
		"100,000 bytes as they are": {put(id, body).holding("", sized(100_000)), 413},
		"bomb of gzip":              {put(id, body).holding("gzip", gzipped(make([]byte, 5<<20))), 413},
		"bomb of zstd":              {put(id, body).holding("zstd", zstdOf(make([]byte, 5<<20))), 413},
		"other encoding":            {put(id, body).holding("br", body), 415},
		"two encodings":             {put(id, body).holding("gzip, zstd", body), 415},
		"said to be packed":         {put(id, body).holding("gzip", body), 400},
		"half of gzip":              {put(id, body).holding("gzip", gzipped(body)[:40]), 400},
		"more after gzip":           {put(id, body).holding("gzip", append(gzipped(body), "more"...)), 400},
		"half of zstd":              {put(id, body).holding("zstd", zstdOf(body)[:40]), 400},
		"other type":                {changed(func(s *sent) { s.header.Set("Content-Type", "text/plain") }), 415},
		"other digest": {
			changed(func(s *sent) { s.header.Set("Content-Digest", headerDigest(digest{})) }),
			400,
		},
		"no digest": {changed(func(s *sent) { s.header.Del("Content-Digest") }), 400},
		"half a digest": {
			changed(func(s *sent) { s.header.Set("Content-Digest", "sha-256=:AAAA:") }),
			400,
		},
		"another digest before": {
			changed(func(s *sent) {
				s.header["Content-Digest"] = []string{"md5=:AAAA:", s.header.Get("Content-Digest")}
			}),
			201,
		},
		"another sha-256 before": {
			changed(func(s *sent) {
				s.header["Content-Digest"] = []string{headerDigest(digest{}), s.header.Get("Content-Digest") + ";p=1"}
			}),
			201,
		},
		"another sha-256 behind": {
			changed(func(s *sent) {
				s.header["Content-Digest"] = []string{s.header.Get("Content-Digest"), headerDigest(digest{})}
			}),
			400,
		},
		"no length":  {changed(func(s *sent) { s.header.Del("Content-Length") }), 411},
		"no body":    {put(id, body).holding("", nil), 422},
		"no JSON":    {put(id, body).holding("", []byte("usage")), 422},
		"two values": {put(id, body).holding("", append(bytes.Clone(body), "{}"...)), 422},
		"not UTF-8": {
			put(id, body).holding("", bytes.Replace(body, []byte("x"), []byte{0xff}, 1)),
			422,
		},
		"a list": {put(id, body).holding("", []byte("[]")), 422},
		"other format": {
			put(id, body).holding("", bytes.Replace(body, []byte("usagedata/1"), []byte("usagedata/2"), 1)),
			422,
		},
		"two ids": {
			put(id, body).holding("", bytes.Replace(body, []byte("{"), []byte(`{"id": "other", `), 1)),
			422,
		},
		"id in capital letters": {
			put(id, body).holding("", bytes.Replace(body, []byte(`"id"`), []byte(`"ID"`), 1)),
			422,
		},
		"document of another id": {put(idAt(last, 2), body), 422},
		"document of another hour": {
			put(idAt(at(-2*time.Hour), 1), documentOf(idAt(at(-2*time.Hour), 1), last, "x")),
			422,
		},
		"another product's path": {changed(func(s *sent) { s.path = "/v1/usage/rmx/" + id }), 400},
		"id that is none": {
			changed(func(s *sent) { s.path = "/v1/usage/dma/dma-20260301T1300Z-short" }),
			400,
		},
		"id with a capital letter": {put(strings.Replace(id, "-00", "-0A", 1), body), 400},
		"hour that is none": {
			changed(func(s *sent) { s.path = "/v1/usage/dma/dma-20261301T1300Z-" + strings.Repeat("0", 26) }),
			400,
		},
		"escaped id": {
			changed(func(s *sent) { s.path = strings.Replace(s.path, "dma-", "%64ma-", 1) }),
			404,
		},
		"upwards":                     {changed(func(s *sent) { s.path = "/v1/usage/dma/../dma/" + id }), 400},
		"question":                    {changed(func(s *sent) { s.path += "?list" }), 404},
		"other path":                  {changed(func(s *sent) { s.path = "/" }), 404},
		"reading":                     {changed(func(s *sent) { s.method = http.MethodGet }), 405},
		"removing":                    {changed(func(s *sent) { s.method = http.MethodDelete }), 405},
		"45 days ago":                 {about(at(-45*day + time.Hour)), 201},
		"longer ago":                  {about(at(-46 * day)), 422},
		"fast clock":                  {about(at(22 * time.Hour)), 201},
		"clock that is days ahead":    {about(at(25 * time.Hour)), 503},
		"clock that is decades ahead": {about(at(20000 * day)), 503},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{}
				r := newReceiver(s, func(o *Options) { o.Now = func() time.Time { return now } })
				r.clock.agrees(now)
				got := test.request.to(r)
				if got.StatusCode != test.want {
					t.Errorf("answered %d, want %d", got.StatusCode, test.want)
				}
				if stored := len(s.stored()); stored != 0 != (test.want == 201) {
					t.Errorf("%d documents stored", stored)
				}
				rest, err := io.ReadAll(got.Body)
				if err != nil || len(rest) > 0 {
					t.Errorf("the answer has a body: %q %v", rest, err)
				}
				if allow := got.Header.Get("Allow"); (allow == "PUT") != (test.want == 405) {
					t.Errorf("Allow: %q", allow)
				}
			})
		})
	}
}

// COLL-1: a document is accepted once it is stored, not before, and the answer to a resend follows from
// what happened to the first one.
func TestResends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		r := newReceiver(s, nil)
		last := usage.LastPeriod(time.Now())
		id := idAt(last, 1)
		one, two := documentOf(id, last, "one"), documentOf(id, last, "two")
		var answers [3]*http.Response
		var all sync.WaitGroup
		for i, body := range [][]byte{one, one, two} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				answers[i] = put(id, body).to(r)
				if len(s.stored()) != 1 {
					t.Errorf("answered %d while %d documents were stored", answers[i].StatusCode, len(s.stored()))
				}
			})
		}
		all.Wait()
		again := put(id, one).holding("gzip", gzipped(one)).to(r)
		for i, want := range []int{201, 200, 409} {
			if got := answers[i].StatusCode; got != want {
				t.Errorf("request %d: answered %d, want %d", i, got, want)
			}
		}
		if again.StatusCode != 200 || len(s.stored()) != 1 {
			t.Errorf("packed otherwise: %d, %d stored", again.StatusCode, len(s.stored()))
		}
		if got, want := answers[2].Header.Get("Stored-Digest"), headerDigest(digestOf(one)); got != want {
			t.Errorf("Stored-Digest %q, want %q", got, want)
		}
		time.Sleep(remembered)
		if got := put(id, one).to(r); got.StatusCode != 201 || len(s.stored()) != 2 {
			t.Errorf("an hour later: %d, %d stored", got.StatusCode, len(s.stored()))
		}
	})
}

// COLL-1: a write that failed is no acceptance, and does not spoil the next try.
func TestStoreThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{fail: errors.New("no")}
		r := newReceiver(s, nil)
		last := usage.LastPeriod(time.Now())
		id := idAt(last, 1)
		got := put(id, documentOf(id, last, "one")).to(r)
		if got.StatusCode != 503 || got.Header.Get("Retry-After") == "" {
			t.Errorf("%d %v", got.StatusCode, got.Header)
		}
		s.fail = nil
		if got := put(id, documentOf(id, last, "two")).to(r); got.StatusCode != 201 {
			t.Errorf("then: %d", got.StatusCode)
		}
	})
}

// What comes too often or too much is told to come later, at a random time within the bounds.
func TestLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(&shelf{}, func(o *Options) { o.PeerRequests = 3; o.Products = []string{"dma"} })
		last := usage.LastPeriod(time.Now())
		from := func(address string, n int) *http.Response {
			s := put(idAt(last, n), documentOf(idAt(last, n), last, ""))
			s.from = address
			return s.to(r)
		}
		for n, want := range []int{201, 201, 201, 429, 429} {
			if got := from("[2001:db8:0:1::"+strconv.Itoa(n+1)+"]:1000", n); got.StatusCode != want {
				t.Errorf("request %d of a network: %d", n, got.StatusCode)
			}
		}
		if got := from("[2001:db8:0:2::1]:1000", 8); got.StatusCode != 201 {
			t.Errorf("another network: %d", got.StatusCode)
		}
		time.Sleep(time.Minute)
		if got := from("[2001:db8:0:1::1]:1000", 9); got.StatusCode != 201 {
			t.Errorf("a minute later: %d", got.StatusCode)
		}
		other := strings.Replace(idAt(last, 1), "dma", "rmx", 1)
		var seen []int
		for range 50 {
			s := put(other, documentOf(other, last, ""))
			s.from = ""
			r.peers = newPeers(0)
			got := s.to(r)
			seconds, err := strconv.Atoi(got.Header.Get("Retry-After"))
			if got.StatusCode != 503 || err != nil || seconds < 300 || seconds > 3000 {
				t.Fatalf("another product: %d, Retry-After: %d", got.StatusCode, seconds)
			}
			seen = append(seen, seconds)
		}
		if spread := slices.Max(seen) - slices.Min(seen); spread < 1000 {
			t.Errorf("Retry-After spreads over %d s only", spread)
		}
	})
}

// COLL-1: a receiver whose clock is months ahead loses no document: too old is final only while appliances
// agree with the clock.
func TestFastClockOfTheReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(&shelf{}, nil)
		hour := usage.LastPeriod(time.Now())
		old := usage.PeriodFrom(hour.Start.Add(-50 * 24 * time.Hour))
		answer := func(p usage.Period, n int) int {
			return put(idAt(p, n), documentOf(idAt(p, n), p, "")).to(r).StatusCode
		}
		for i, want := range []int{503, 201, 422} {
			if got := answer([]usage.Period{old, hour, old}[i], 1); got != want {
				t.Errorf("request %d: %d, want %d", i, got, want)
			}
		}
		time.Sleep(25 * time.Hour)
		if got := answer(old, 1); got != 503 {
			t.Errorf("a day after the last agreement: %d", got)
		}
	})
}

// The receiver's memory is bounded, and forgets the oldest first.
func TestMemoryOfDocumentsIsBounded(t *testing.T) {
	r, now := newRecent(), time.Now()
	for i := range maxRemembered + 10 {
		_, _, mine := r.begin(strconv.Itoa(i), digest{}, now)
		mine.end(true)
	}
	if _, _, mine := r.begin("9", digest{}, now); mine == nil {
		t.Errorf("the oldest is remembered")
	}
	if _, _, mine := r.begin("100", digest{}, now); mine != nil {
		t.Errorf("a newer one is forgotten")
	}
	if len(r.known) > maxRemembered+2 {
		t.Errorf("%d are remembered", len(r.known))
	}
}

// The bodies that a stranger sends.
func FuzzUnpack(f *testing.F) {
	f.Add("gzip", gzipped([]byte("usage")))
	f.Add("zstd", zstdOf([]byte("usage")))
	f.Add("gzip", gzipped(make([]byte, 1<<20)))
	f.Add("zstd", zstdOf(make([]byte, 1<<20)))
	f.Fuzz(func(t *testing.T, encoding string, packed []byte) {
		document, err := unpack(encoding, packed)
		if err == nil && known(encoding) && len(document) > max(maxUnpacked, len(packed)) {
			t.Errorf("%d bytes", len(document))
		}
	})
}

func FuzzProblem(f *testing.F) {
	last := usage.PeriodFrom(time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))
	f.Add(string(documentOf(idAt(last, 1), last, "x")))
	f.Fuzz(func(t *testing.T, document string) {
		if Problem([]byte(document), idAt(last, 1)) == "" && !strings.Contains(document, "usagedata/1") {
			t.Errorf("taken")
		}
	})
}

// A digest is read as it is written.
func TestDigests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum := digestOf(rapid.SliceOf(rapid.Byte()).Draw(t, "body"))
		got, ok := claimedDigest([]string{headerDigest(sum)})
		if !ok || got != sum {
			t.Errorf("%v %v", got, ok)
		}
	})
}
