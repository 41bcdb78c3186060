package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
)

// wired is the text that a client writes, and the statuses that it gets.
type wired struct {
	what, text string
	want       []int
	decides    bool
}

var (
	long  = strings.Repeat("a", 15<<10)
	typed = "Content-Type: application/json\r\n"
	put   = "PUT /v1/decision HTTP/1.1\r\nHost: a\r\n"
)

var onTheWire = []wired{
	{what: "the whole address", text: get("http://a/v1/status"), want: []int{200}},
	{what: "no path", text: get("http://a"), want: []int{404}},
	{what: "CONNECT", text: "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", want: []int{404}},
	{what: "a fragment", text: get("/v1/status#a"), want: []int{404}},
	{what: "an escaped letter", text: get("/v1/stat%75s"), want: []int{200}},
	{what: "too long a header", text: get("/v1/status", "X: "+long+long), want: []int{431}},
	{what: "a long path", text: get("/v1/waiting/" + long), want: []int{404}},
	{what: "two in a row", text: get("/v1/status") + put + typed + sized(yes), want: []int{200, 200}, decides: true},
	{what: "a body that is not asked for", want: []int{200, 404},
		text: "GET /v1/status HTTP/1.1\r\nHost: a\r\n" + sized(yes) + get("/v1/sent")},

	{what: "in chunks", text: put + typed + chunked(yes), want: []int{200}, decides: true},
	{what: "chunks without an end", text: put + typed + strings.TrimSuffix(chunked(yes), "0\r\n\r\n"),
		want: []int{400}},
	{what: "too many chunks", text: put + typed + chunked(yes+strings.Repeat(" ", 16<<10)), want: []int{413}},
	{what: "no length", text: put + typed + "\r\n", want: []int{400}},
	{what: "a length too short", text: put + typed + "Content-Length: 5\r\n\r\n" + yes, want: []int{400}},
	{what: "said twice", text: put + typed + typed + sized(yes), want: []int{415}},
	{what: "asked first", want: []int{100, 200}, decides: true,
		text: put + typed + "Expect: 100-continue\r\n" + sized(yes)},
}

func get(target string, headers ...string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + strings.Join(append(headers, "", ""), "\r\n")
}

func sized(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

func chunked(body string) string {
	return fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n1\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", body[:1], len(body)-1,
		body[1:])
}

// S22: requests as a client writes them, over a real socket: each is answered as described, and
// only one whole PUT decides.
func TestRequestsOnTheWire(t *testing.T) {
	for _, one := range onTheWire {
		t.Run(one.what, func(t *testing.T) {
			b := newBench(t)
			one.exchange(t, serve(t, b.handler))
			if got := b.choice(t); (got == consent.Allowed) != one.decides {
				t.Errorf("got %v, want it allowed: %v", got, one.decides)
			}
		})
	}
}

func (one wired) exchange(t *testing.T, path string) {
	t.Helper()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, one.text); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.UnixConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(one.text, " ")
	in := bufio.NewReader(c)
	for _, want := range one.want {
		answer, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("got %v, want %d", err, want)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != want {
			t.Fatalf("got %d, %s and %v, want %d", answer.StatusCode, body, err, want)
		}
		// net/http itself refuses a header that is too long, without a problem
		kind := answer.Header.Get("Content-Type")
		if problem := kind == "application/problem+json"; problem != (want >= 400 && want != 431) {
			t.Errorf("got %d with %q, want a problem: %v", want, kind, !problem)
		}
	}
}
