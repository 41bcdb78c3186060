package upload

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// SEND-1, SEND-2: the collection point gets the document, in the form that the protocol describes.
func TestRequest(t *testing.T) {
	for _, body := range [][]byte{document, bytes.Repeat(document, 600), {}} {
		var got *http.Request
		var content []byte
		c := start(t, func(w http.ResponseWriter, r *http.Request) {
			got = r
			content, _ = io.ReadAll(r.Body)
			w.WriteHeader(http.StatusCreated)
		})
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), id, body, false); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"line":           "PUT /v1/usage/acme/" + id + " HTTP/1.1",
			"host":           host + ":8443",
			"Content-Type":   "application/json",
			"Content-Digest": digest(content),
			"User-Agent":     "usagedata/1.0",
			"close":          "true",
		}
		seen := map[string]string{
			"line": got.Method + " " + got.RequestURI + " " + got.Proto, "host": got.Host, "close": "false",
		}
		if got.Close {
			seen["close"] = "true"
		}
		for _, name := range []string{"Content-Type", "Content-Digest", "User-Agent"} {
			seen[name] = got.Header.Get(name)
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		if unpacked := unpack(t, got.Header.Get("Content-Encoding"), content); !bytes.Equal(unpacked, body) {
			t.Errorf("body: got %d bytes, want the %d of the document", len(unpacked), len(body))
		}
	}
}

// SEND-4: a document is packed, is the same content each time, and comes out as it went in.
func TestCompress(t *testing.T) {
	for _, size := range []int{0, 10, 1000, 20_000, 60_000, 99_999} {
		for _, body := range [][]byte{bytes.Repeat([]byte("x"), size), lines(size)} {
			content, err := compress(body)
			if err != nil {
				t.Fatal(err)
			}
			if size >= 1000 && len(content) > size/2 {
				t.Errorf("%d bytes: got %d by %s, want less than half", size, len(content), coding)
			}
			if again, _ := compress(body); !bytes.Equal(again, content) {
				t.Errorf("%d bytes: a second time it differs", size)
			}
			if !bytes.Equal(unpack(t, coding, content), body) {
				t.Errorf("%d bytes: %s does not give them back", size, coding)
			}
		}
	}
}

func lines(size int) []byte {
	var text strings.Builder
	for i := 0; text.Len() < size; i++ {
		text.WriteString(time.Duration(i * i * 7919).String())
	}
	return []byte(text.String()[:size])
}

func unpack(t *testing.T, coding string, content []byte) []byte {
	t.Helper()
	in, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil || coding != "gzip" {
		t.Fatalf("content of coding %q: %v", coding, err)
	}
	body, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// RFC 9530, of a known value.
func TestDigest(t *testing.T) {
	const want = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
	if got := digest([]byte(`{"hello": "world"}`)); got != want {
		t.Errorf("digest: got %s, want %s", got, want)
	}
}

// SEND-2: one connection for one document, closed when [Sender.Send] returns.
func TestOneConnection(t *testing.T) {
	c := start(t, func(http.ResponseWriter, *http.Request) {})
	var open, all atomic.Int32
	dial := c.DialContext
	c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != host+":8443" {
			t.Errorf("dial: got %s, want the collection point", address)
		}
		open.Add(1)
		all.Add(1)
		conn, err := dial(ctx, network, address)
		return &counted{conn, &open}, err
	}
	for range 2 {
		if err := send(t, c); err != nil {
			t.Fatal(err)
		}
	}
	if all.Load() != 2 || open.Load() != 0 {
		t.Errorf("connections: got %d, open %d, want 2 and none", all.Load(), open.Load())
	}
}

type counted struct {
	net.Conn
	open *atomic.Int32
}

func (c *counted) Close() error {
	c.open.Add(-1)
	return c.Conn.Close()
}

func TestNewReportsAllProblems(t *testing.T) {
	_, err := New(Config{Product: "No Such", Port: 70000})
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("new: got %v, want four problems", err)
	}
}

func TestBadID(t *testing.T) {
	c := start(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "../x", "a/b", "a?b", "A", strings.Repeat("a", 101)} {
		if err := s.Send(t.Context(), id, document, false); err == nil || errors.Is(err, ErrRejected) {
			t.Errorf("id %q: got %v, want an error that is not the collection point's", id, err)
		}
	}
}
