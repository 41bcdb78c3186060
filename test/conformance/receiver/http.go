package receiver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func httpChecks() []Check {
	hostile := []string{"COLL-3", "COLL-4"}
	return []Check{
		{ID: "http.keepalive", Level: recommended, Serves: []string{"SEND-4"},
			Holds: "A backlog of 22 documents goes over one connection.",
			Why:   "With a handshake for each, only half as many fit into the bytes of an hour.", judge: keepsAlive},
		{ID: "http.close", Serves: []string{"SEND-3", "SEND-4"},
			Holds: "After Connection: close the connection ends within a second of the answer.",
			Why:   "Otherwise the appliance has to reset it, which costs bytes.", judge: closes},
		{ID: "http.length", Serves: hostile,
			Holds: "A request without Content-Length, or chunked, is refused with 411.",
			Why:   "No appliance sends it, and its end is known too late.", judge: wantsLength},
		{ID: "http.framing", Serves: hostile,
			Holds: "A request whose length can be read in two ways is not accepted.",
			Why:   "Behind a balancer, one part could be taken for the request of another appliance.",
			judge: refusesSmuggling},
		{ID: "http.pipelined", Serves: hostile,
			Holds: "A document that other bytes follow is accepted, and these are not.",
			Why:   "They may come from a faulty proxy.", judge: survivesTrailers},
		{ID: "http.garbage", Serves: hostile, Holds: "Bytes that are not HTTP or not TLS end the connection.",
			Why: "Every open port of the internet receives them.", judge: survivesGarbage},
		{ID: "http.flood", Serves: hostile,
			Holds: "Headers and paths without an end are refused or end the connection.",
			Why:   "Whoever reads them to the end runs out of memory.", judge: survivesFlood},
	}
}

const backlog = 22

func keepsAlive(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer c.end()
	for n := range backlog {
		r := v.put(v.document(), "gzip")
		if n < backlog-1 {
			r = r.kept()
		}
		a, err := v.over(c, r)
		switch {
		case err != nil:
			return fail("The connection ended after %d documents.", n).with(err.Error())
		case !a.accepts():
			return fail("Document %d was not accepted.", n+1).with(a.String())
		}
	}
	return pass("%d bytes for %d documents, below the headers of IP and TCP.", c.raw.bytes.Load(), backlog)
}

func closes(ctx context.Context, v *visit) finding {
	c, err := v.dial(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer c.end()
	if _, err := v.over(c, v.put(v.document(), "gzip")); err != nil {
		return fail("There was no answer.").with(err.Error())
	}
	took, ended := c.endsWithin(time.Second)
	if !ended {
		return fail("The connection was open after a second.")
	}
	return pass("It ended after %v.", took.Round(time.Millisecond))
}

// chunked returns the request with its body in one chunk.
func chunked(r request) request {
	r.body = append(append(fmt.Appendf(nil, "%x\r\n", len(r.body)), r.body...), "\r\n0\r\n\r\n"...)
	return r.with("Content-Length", "").with("Transfer-Encoding", "chunked")
}

func wantsLength(ctx context.Context, v *visit) finding {
	r := v.put(v.document(), "gzip")
	none := r.with("Content-Length", "")
	none.body = nil
	return failIfAny(v.try(ctx, answered("no Content-Length", none, 411),
		answered("chunked", chunked(r), 411)), "A request without a length was not refused as it should be.")
}

// refusesSmuggling sends a document in which a second request is hidden. Neither may be accepted.
func refusesSmuggling(ctx context.Context, v *visit) finding {
	hidden := v.put(v.document(), "gzip").bytes()
	d := v.document()
	both := v.carry(d.product, d.id, "gzip", append([]byte("0\r\n\r\n"), hidden...)).kept()
	whole := v.put(d, "gzip").kept()
	behind := whole
	behind.body = append(bytes.Clone(whole.body), hidden...)
	line := func(r request, more string) request {
		r.headers = append(append([]string{}, r.headers...), more)
		return r
	}
	var problems []string
	for _, shape := range []struct {
		what    string
		request request
	}{
		{"Content-Length and Transfer-Encoding: chunked", line(both, "Transfer-Encoding: chunked")},
		{"Content-Length and Transfer-Encoding: Chunked, in another case", line(both, "transfer-encoding: Chunked")},
		{"Content-Length and an unknown Transfer-Encoding", line(both, "Transfer-Encoding: xchunked")},
		{"two Content-Lengths", line(behind, fmt.Sprintf("Content-Length: %d", len(behind.body)))},
		{"a Content-Length with a sign", behind.with("Content-Length", fmt.Sprintf("+%d", len(whole.body)))},
		{"a hexadecimal Content-Length", behind.with("Content-Length", fmt.Sprintf("0x%x", len(whole.body)))},
		{"a negative Content-Length", behind.with("Content-Length", "-1")},
		{"a list of Content-Lengths", behind.with("Content-Length",
			fmt.Sprintf("%d, %d", len(whole.body), len(behind.body)))},
	} {
		if status := v.anyAccepted(ctx, shape.request); status != 0 {
			problems = append(problems, fmt.Sprintf("%s: %d", shape.what, status))
		}
	}
	return failIfAny(problems, "A request with two possible lengths was accepted.")
}

// anyAccepted sends a request and reads answers until there are no more. It returns the first status
// that accepts a document, or 0.
func (v *visit) anyAccepted(ctx context.Context, r request) int {
	c, err := v.dial(ctx)
	if err != nil {
		return 0
	}
	defer c.end()
	a, err := c.exchange(r.method, r.bytes())
	for ; err == nil; a, err = c.read(r.method) {
		if a.accepts() {
			v.stored.Add(1)
			return a.status
		}
		_ = c.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	}
	return 0
}

func survivesTrailers(ctx context.Context, v *visit) finding {
	var problems []string
	for what, trailer := range map[string]string{"bytes": "\x00\x01\xff garbage\r\n\r\n",
		"a half request": "PUT /v1/us", "empty lines": "\r\n\r\n"} {
		c, err := v.dial(ctx)
		if err != nil {
			return fail("There was no connection.").with(err.Error())
		}
		r := v.put(v.document(), "gzip").kept()
		a, err := c.exchange(r.method, append(r.bytes(), trailer...))
		switch {
		case err != nil:
			problems = append(problems, fmt.Sprintf("%s: no answer: %v", what, err))
		case !a.accepts():
			problems = append(problems, fmt.Sprintf("%s: %v", what, a))
		default:
			v.stored.Add(1)
			_ = c.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
			if a, err := c.read(r.method); err == nil && a.status < 400 {
				problems = append(problems, fmt.Sprintf("%s: they are answered, too: %v", what, a))
			}
		}
		c.end()
	}
	return failIfAny(problems, "Bytes after a document were not treated as they should be.")
}

func survivesGarbage(ctx context.Context, v *visit) finding {
	var problems []string
	for what, text := range map[string]string{"bytes": strings.Repeat("\x00\xff\x16\x03", 100) + "\r\n\r\n",
		"HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "a text": strings.Repeat("hello\r\n", 3) + "\r\n"} {
		c, err := v.dial(ctx)
		if err != nil {
			return fail("There was no connection.").with(err.Error())
		}
		a, err := c.exchange("GET", []byte(text))
		if err == nil && a.status < 400 {
			problems = append(problems, fmt.Sprintf("%s: %v", what, a))
		} else if _, ended := c.endsWithin(answerTime); !ended {
			problems = append(problems, what+": the connection is still open")
		}
		c.end()
	}
	raw, err := v.dialRaw(ctx)
	if err != nil {
		return fail("There was no connection.").with(err.Error())
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(answerTime))
	_, _ = io.WriteString(raw, "GET /v1/usage/ HTTP/1.1\r\nHost: x\r\n\r\n")
	said, err := io.ReadAll(io.LimitReader(raw, maxAnswer))
	if status := string(said[:min(len(said), 12)]); strings.HasPrefix(status, "HTTP/1.1 2") {
		problems = append(problems, "HTTP without TLS: "+status)
	} else if errors.Is(err, io.ErrNoProgress) {
		problems = append(problems, "HTTP without TLS: the connection is still open")
	}
	return failIfAny(problems, "Bytes that are no request were not treated as they should be.")
}

// floodSize is more than a server keeps, and than the buffers of both kernels hold.
const floodSize = 16 << 20

func survivesFlood(ctx context.Context, v *visit) finding {
	start := "PUT " + v.document().path() + " HTTP/1.1\r\nHost: " + v.host + "\r\n"
	for what, flood := range map[string][2]string{
		"headers":       {start, "X-Filling: " + strings.Repeat("a", 1000) + "\r\n"},
		"small headers": {start, "A:b\r\n"},
		"one header":    {start + "X-Filling: ", "a"},
		"a path":        {"PUT /v1/usage/", "a"},
	} {
		c, err := v.dial(ctx)
		if err != nil {
			return fail("There was no connection.").with(err.Error())
		}
		taken := c.flood(flood[0], strings.Repeat(flood[1], 64<<10/len(flood[1])))
		c.end()
		if taken {
			return fail("A flood was not refused.").with(fmt.Sprintf("%s: %d bytes were read", what, floodSize))
		}
	}
	return pass("")
}

// flood writes a text again and again. It reports whether all was read, without an answer. A server may
// read on after its answer, to close the connection in peace.
func (c *conn) flood(start, piece string) (taken bool) {
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = c.read("PUT")
	}()
	_ = c.SetDeadline(time.Now().Add(answerTime))
	_, err := io.WriteString(c, start)
	for sent := 0; err == nil && sent < floodSize; sent += len(piece) {
		select {
		case <-answered:
			return false
		default:
			_, err = io.WriteString(c, piece)
		}
	}
	if err != nil {
		return errors.Is(err, os.ErrDeadlineExceeded)
	}
	select {
	case <-answered:
		return false
	case <-time.After(500 * time.Millisecond):
		return true
	}
}
