package receiver

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
)

const (
	// answerTime is how long an answer is waited for.
	answerTime = 10 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 2 << 20
)

// visit is one run.
type visit struct {
	Options
	host    string // as in the URL, with its port
	name    string // that the certificate must be for
	address string
	system  string // the pseudonym in all documents of this run
	board   board
	stored  atomic.Int64 // documents that were accepted, resends included
}

func newVisit(o Options) (*visit, error) {
	to, err := url.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	v := &visit{Options: o, host: to.Host, name: to.Hostname(), system: "system-" + random(26),
		board: board{done: map[string]result.Done{}, ended: map[string]chan struct{}{}}}
	port := to.Port()
	if port == "" {
		port = "443"
	}
	if v.address = net.JoinHostPort(v.name, port); o.Connect != "" {
		v.address = o.Connect
	}
	return v, nil
}

func (v *visit) now() time.Time { return time.Now() }

// reach returns an error if no connection can be made: then nothing can be judged.
func (v *visit) reach(ctx context.Context) error {
	raw, err := v.dialRaw(ctx)
	if err != nil {
		return usage.WithHint(fmt.Errorf("connect to the collection point: %w", err),
			"the collection point must run, and this machine must reach it: give its URL, or -connect HOST:PORT")
	}
	return raw.Close()
}

func (v *visit) dialRaw(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{Timeout: answerTime}).DialContext(ctx, "tcp", v.address)
}

// tls returns the configuration of an appliance.
func (v *visit) tls() *tls.Config {
	c := &tls.Config{ServerName: v.name, RootCAs: v.Roots, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}}
	if v.Certificate != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return v.Certificate, nil
		}
	}
	return c
}

// conn is a connection after the handshake.
type conn struct {
	*tls.Conn
	raw   *counted
	plain *bounded
	in    *bufio.Reader // reads plain
	stop  func() bool
}

// counted counts the bytes of a connection below TLS.
type counted struct {
	net.Conn
	bytes atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.bytes.Add(int64(n))
	return n, err
}

// dial connects as an appliance does.
func (v *visit) dial(ctx context.Context) (*conn, error) { return v.dialWith(ctx, v.tls()) }

func (v *visit) dialWith(ctx context.Context, config *tls.Config) (*conn, error) {
	raw, err := v.dialRaw(ctx)
	if err != nil {
		return nil, err
	}
	below := &counted{Conn: raw}
	c := &conn{Conn: tls.Client(below, config), raw: below}
	c.stop = context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	_ = c.SetDeadline(time.Now().Add(answerTime))
	if err := c.Handshake(); err != nil {
		c.end()
		return nil, err
	}
	c.plain = &bounded{c.Conn, maxAnswer}
	c.in = bufio.NewReader(c.plain)
	return c, nil
}

// end closes the connection without a closing message, as a host may that has to be silent.
func (c *conn) end() {
	c.stop()
	_ = c.raw.Close()
}

// request is one request, which says what the caller wants, also what is wrong.
type request struct {
	method, path string
	headers      []string // lines
	body         []byte
}

// put returns the request with which an appliance sends a document. "stored" is a form of gzip.
func (v *visit) put(d document, coding string) request {
	body := pack(coding, d.body)
	if coding == "stored" {
		coding = "gzip"
	}
	return v.carry(d.product, d.id, coding, body)
}

// carry returns a request with a body that is packed already.
func (v *visit) carry(product, id, coding string, body []byte) request {
	r := request{http.MethodPut, "/v1/usage/" + product + "/" + id, []string{
		"Host: " + v.host, "User-Agent: usagedata-conformance/" + result.Version, "Connection: close",
		fmt.Sprintf("Content-Length: %d", len(body)), "Content-Digest: " + digest(body),
		"Content-Type: application/json"}, body}
	if coding != "" {
		r = r.with("Content-Encoding", coding)
	}
	return r
}

// with returns the request with another value of a header, and without the header if the value is
// empty.
func (r request) with(name, value string) request {
	var kept []string
	for _, line := range r.headers {
		if !strings.HasPrefix(line, name+":") {
			kept = append(kept, line)
		}
	}
	if value != "" {
		kept = append(kept, name+": "+value)
	}
	r.headers = kept
	return r
}

// to returns the request with another method.
func (r request) to(method, path string) request {
	r.method, r.path = method, path
	return r
}

// kept returns the request without the wish to close the connection after it.
func (r request) kept() request { return r.with("Connection", "") }

func (r request) head() []byte {
	return []byte(r.method + " " + r.path + " HTTP/1.1\r\n" + strings.Join(r.headers, "\r\n") + "\r\n\r\n")
}

func (r request) bytes() []byte { return append(r.head(), r.body...) }

// answer is what the collection point said.
type answer struct {
	status int
	header http.Header
	head   int // bytes of the status lines and the headers
	body   []byte
	took   time.Duration
}

func (a answer) accepts() bool { return a.status == 200 || a.status == 201 || a.status == 204 }

// final reports whether a host would never send the document again.
func (a answer) final() bool {
	return a.status >= 400 && a.status < 500 && a.status != 408 && a.status != 409 && a.status != 425 && a.status != 429
}

// waits reports whether a host would send the document later, because the answer says so.
func (a answer) waits() bool { return a.status == 429 || a.status == 503 }

func (a answer) String() string {
	text := fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
	if said := strings.TrimSpace(string(a.body[:min(len(a.body), 160)])); said != "" {
		text += fmt.Sprintf(" (%q)", said)
	}
	return text
}

// exchange writes bytes and reads the answer to a request of that method. It reads while it writes: a
// collection point may answer before it has read everything.
func (c *conn) exchange(method string, request []byte) (answer, error) {
	began := time.Now()
	_ = c.SetDeadline(began.Add(answerTime))
	var writing sync.WaitGroup
	var failed error
	writing.Go(func() { _, failed = c.Write(request) })
	a, err := c.read(method)
	a.took = time.Since(began)
	if err != nil {
		_ = c.raw.SetDeadline(time.Unix(1, 0)) // ends a write that nobody reads
	}
	if err == nil && a.status >= 300 {
		_ = c.SetWriteDeadline(time.Unix(1, 0)) // it reads no more
	}
	writing.Wait()
	if err != nil && failed != nil && !errors.Is(failed, os.ErrDeadlineExceeded) {
		err = errors.Join(err, failed)
	}
	return a, err
}

// read reads one answer, and skips those that only announce it (1xx).
func (c *conn) read(method string) (a answer, err error) {
	c.plain.left = maxAnswer
	for a.status < 200 {
		before := c.plain.left + c.in.Buffered()
		r, err := http.ReadResponse(c.in, &http.Request{Method: method})
		if err != nil {
			return a, err
		}
		a.head += before - c.plain.left - c.in.Buffered()
		a.status, a.header = r.StatusCode, r.Header
		if a.status >= 200 {
			a.body, err = io.ReadAll(r.Body)
			return a, err
		}
	}
	return a, nil
}

// bounded reads left bytes and no more.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, fmt.Errorf("the answer has more than %d bytes", maxAnswer)
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// ask sends one request over a connection of its own.
func (v *visit) ask(ctx context.Context, r request) (answer, error) {
	c, err := v.dial(ctx)
	if err != nil {
		return answer{}, err
	}
	defer c.end()
	return v.over(c, r)
}

// over sends one request over a connection.
func (v *visit) over(c *conn, r request) (answer, error) {
	a, err := c.exchange(r.method, r.bytes())
	if err == nil && a.accepts() && r.method == http.MethodPut {
		v.stored.Add(1)
	}
	return a, err
}

// send sends a document as an appliance does, packed with gzip.
func (v *visit) send(ctx context.Context, d document) (answer, error) {
	return v.ask(ctx, v.put(d, "gzip"))
}

// endsWithin reports whether the collection point ends the connection within a time, and when.
func (c *conn) endsWithin(limit time.Duration) (took time.Duration, ended bool) {
	began := time.Now()
	_ = c.SetReadDeadline(began.Add(limit))
	c.plain.left = maxAnswer
	_, err := io.Copy(io.Discard, c.in)
	return time.Since(began), !errors.Is(err, os.ErrDeadlineExceeded)
}

// repeat returns the command that runs one check again as it was run here, for a shell.
func (v *visit) repeat(id string) string {
	words, dropped := []string{}, false
	for _, word := range v.Command {
		name, _, joined := strings.Cut(strings.TrimLeft(word, "-"), "=")
		switch isFlag := strings.HasPrefix(word, "-"); {
		case dropped:
			dropped = false
		case isFlag && (name == "run" || name == "skip" || name == "out"):
			dropped = !joined
		default:
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		words = []string{"conformance", "receiver", "-url", v.URL}
	}
	return report.Line(append(words, "-run", id))
}
