package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"polycom.com/usagedata/collect/listen"
	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/privateca"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a receiver on loopback, with a folder as its store.
type running struct {
	t            *testing.T
	folder       string
	store        store.Store
	address      string
	inner        string
	authority    *privateca.CA
	log          *buffer
	stop         context.CancelFunc
	ended        chan error
	certificates listen.Files
}

// buffer is a log in memory.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func start(t *testing.T, change func(*Options)) *running {
	authority, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{
		t: t, folder: filepath.Join(t.TempDir(), "store"), authority: authority,
		log: &buffer{}, ended: make(chan error, 1),
	}
	r.certificates = listen.Files{Certificate: filepath.Join(t.TempDir(), "receiver.pem")}
	r.certificates.Key = r.certificates.Certificate
	r.certify("127.0.0.1")
	folder, err := store.OpenFolder(durable.OS{}, r.folder, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r.store = folder
	outer, inner := r.listen(), r.listen()
	r.address, r.inner = outer.Addr().String(), inner.Addr().String()
	o := Options{
		Store: folder, Listeners: []net.Listener{outer}, Inner: inner, Files: r.certificates,
		Log:   slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Terms: receive.Terms{Kept: 45 * 24 * time.Hour},

		Gather: 20 * time.Millisecond, GatherLate: 40 * time.Millisecond,
		RetryMin: time.Minute, RetryMax: time.Hour, Connections: 2000, PeerConnections: 200,
		PeerRequests: 100_000, Memory: 64 << 20,
		Handshake: 5 * time.Second, Idle: 5 * time.Second, Upload: time.Minute, Patience: 30 * time.Second, Writers: 8,
	}
	if change != nil {
		change(&o)
	}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.ended <- Run(ctx, o) }()
	t.Cleanup(func() { r.end() })
	return r
}

func (r *running) listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

func (r *running) certify(name string) {
	own, err := r.authority.Issue(name)
	if err != nil {
		r.t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err == nil {
		err = os.WriteFile(r.certificates.Certificate, text, 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// end stops the receiver, once.
func (r *running) end() {
	r.stop()
	if r.ended == nil {
		return
	}
	if err := <-r.ended; err != nil {
		r.t.Error(err)
	}
	r.ended = nil
}

// dial connects from an address of loopback, with what is to be sent before the handshake.
func (r *running) dial(from, before string) (net.Conn, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	c, err := dialer.Dial("tcp", r.address)
	if err == nil {
		_, err = io.WriteString(c, before)
	}
	return c, err
}

func (r *running) secure(c net.Conn) *tls.Conn {
	return tls.Client(c, &tls.Config{RootCAs: r.authority.Pool(), ServerName: "127.0.0.1"})
}

var last = usage.LastPeriod(time.Now())

func document(n int) (id, body string) {
	id = fmt.Sprintf("dma-%s-%026d", last, n)
	return id, fmt.Sprintf(`{"format": "usagedata/1", "id": %q, "product": {"id": "dma"}, "period": {"start": %q, "end": %q}}`,
		id, last.Start.Format(time.RFC3339), last.End.Format(time.RFC3339))
}

// request is a request as the bytes that an appliance sends, with more headers.
func request(n int, more ...string) string {
	id, body := document(n)
	sum := sha256.Sum256([]byte(body))
	return "PUT /v1/usage/dma/" + id + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
		"Content-Digest: sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(body)) + strings.Join(more, "") + "\r\n" + body
}

// answer reads what comes until the connection ends.
func answer(c net.Conn) string {
	text, _ := io.ReadAll(c)
	return string(text)
}

// exchange sends bytes over TLS and returns what comes.
func (r *running) exchange(from, before, text string) string {
	c, err := r.dial(from, before)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	secure := r.secure(c)
	if _, err := io.WriteString(secure, text); err != nil {
		return err.Error()
	}
	return answer(secure)
}

// accepted reports whether an answer is 201.
func accepted(text string) bool { return strings.HasPrefix(text, "HTTP/1.1 201 ") }

// get asks the inner listener.
func (r *running) get(path string) string {
	client := http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Get("http://" + r.inner + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// written returns everything that the receiver wrote: files and their names, segments unpacked too, its
// log, and its figures.
func (r *running) written() string {
	var all strings.Builder
	err := filepath.WalkDir(r.folder, func(path string, entry fs.DirEntry, err error) error {
		all.WriteString(path + "\n")
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		name, _ := filepath.Rel(r.folder, path)
		lines, _ := segment.Decode(name, content)
		for _, line := range lines {
			fmt.Fprintf(&all, "%+v\n", line)
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return all.String() + r.log.String()
}

// proxied is a header of the PROXY protocol, version 2, for a connection from address.
func proxied(address netip.Addr) string {
	of := address.As4()
	return "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + string(of[:]) + "\x7f\x00\x00\x01\x30\x39\x01\xbb"
}

// COLL-4: nothing that a receiver writes tells where a document or a failed connection came from.
func TestNothingTellsWhereItCameFrom(t *testing.T) {
	r := start(t, func(o *Options) { o.Balancers = []netip.Prefix{netip.MustParsePrefix("127.99.0.0/16")} })
	secrets := []string{"ACME-SECRET", "203.0.113.", "cb0071"} // the addresses behind the balancer also as numbers
	var mu sync.Mutex
	var stored, trials int
	var all sync.WaitGroup
	places := make(chan bool, 50)
	for n := range 1000 {
		from := fmt.Sprintf("127.%d.%d.%d", 20+n%7, 100+n%100, 1+n%250)
		before := ""
		if n%5 == 0 {
			from = fmt.Sprintf("127.99.%d.%d", n%100, 1+n%250)
			before = proxied(netip.AddrFrom4([4]byte{203, 0, 113, byte(n % 250)}))
		}
		secrets = append(secrets, from)
		headers := []string{
			"X-Forwarded-For: 203.0.113.9, 10.1.2.3\r\n", "Forwarded: for=ACME-SECRET\r\n",
			"User-Agent: ACME-SECRET\r\n", "Via: 1.1 ACME-SECRET\r\n", "Connection: close\r\n",
		}
		places <- true
		all.Go(func() {
			defer func() { <-places }()
			var got string
			want := false
			switch n % 10 {
			case 1: // a handshake that fails
				c, err := r.dial(from, "GET /ACME-SECRET HTTP/1.1\r\nHost: ACME-SECRET\r\n\r\n")
				if err == nil {
					got = answer(c)
					_ = c.Close()
				}
			case 2: // cut within a request
				c, err := r.dial(from, before)
				if err == nil {
					_, _ = io.WriteString(r.secure(c), request(n, headers...)[:200])
					_ = c.Close()
				}
			case 3: // not HTTP
				got = r.exchange(from, before, "ACME-SECRET\x00\r\n\r\n")
			case 4: // another path
				got = r.exchange(from, before,
					"GET /ACME-SECRET?"+from+" HTTP/1.1\r\nHost: ACME-SECRET\r\nConnection: close\r\n\r\n")
			case 5: // no PROXY header from a balancer
				got = r.exchange(from, "", request(n, headers...))
			case 6: // a PROXY header from no balancer
				got = r.exchange(from, proxied(netip.MustParseAddr("203.0.113.77")), request(n, headers...))
			case 7: // refused with its document
				got = r.exchange(from, before, strings.Replace(request(n, headers...), "sha-256=:", "sha-256=:AAAA", 1))
			default:
				want = true
				got = r.exchange(from, before, request(n, headers...))
			}
			mu.Lock()
			defer mu.Unlock()
			trials++
			if accepted(got) {
				stored++
			}
			if accepted(got) != want {
				t.Errorf("request %d: %.60q", n, got)
			}
		})
	}
	all.Wait()
	figures := r.get("/metrics")
	if ready := r.get("/readyz") + r.get("/healthz"); ready != "ok\nok\n" {
		t.Errorf("not ready: %s", ready)
	}
	r.end()
	text := r.written() + figures
	for _, secret := range slices.Compact(slices.Sorted(slices.Values(secrets))) {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%q was written: %.100q", secret, text[max(0, at-50):])
		}
	}
	result, err := shelf.Verify(t.Context(), r.store)
	if err != nil || result.Documents != stored || len(result.Damaged) > 0 || stored < 300 || trials != 1000 {
		t.Errorf("%d of %d were accepted; the store has %+v, %v", stored, trials, result, err)
	}
	if !strings.Contains(figures, `usagedata_collect_answers_total{reason="digest",status="400"} 100`) {
		t.Errorf("the figures do not count what was refused: %s", figures)
	}
}

// A request that has begun is answered when the receiver stops, and does not wait for others.
func TestStopAnswersWhatHasBegun(t *testing.T) {
	r := start(t, func(o *Options) { o.Gather, o.GatherLate = time.Hour, time.Hour })
	answers := make(chan string, 3)
	for n := range 3 {
		go func() { answers <- r.exchange("127.0.0.1", "", request(n)) }()
	}
	_, body := document(0)
	waiting := fmt.Sprintf("usagedata_collect_waiting_bytes %d\n", 3*len(body))
	for !strings.Contains(r.get("/metrics"), waiting) {
		select {
		case early := <-answers:
			t.Fatalf("answered before the write: %q", early)
		default:
		}
	}
	r.end()
	for range 3 {
		if got := <-answers; !accepted(got) {
			t.Errorf("answered %q", got)
		}
	}
	result, err := shelf.Verify(t.Context(), r.store)
	if err != nil || result.Documents != 3 || result.Segments != 1 {
		t.Errorf("%+v %v", result, err)
	}
}

// Slow, silent and too many peers are ended, and the others are served.
func TestPeersAreBounded(t *testing.T) {
	r := start(t, func(o *Options) {
		o.Connections, o.PeerConnections = 4, 2
		o.Handshake, o.Idle, o.Upload = 300*time.Millisecond, 300*time.Millisecond, 600*time.Millisecond
	})
	ends := func(what string, c net.Conn, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection stays open", what)
		}
		_ = c.Close()
	}
	silent, err := r.dial("127.0.0.2", "")
	ends("a silent peer", silent, err)
	c, err := r.dial("127.0.0.2", "")
	if err != nil {
		t.Fatal(err)
	}
	half := r.secure(c)
	_, err = io.WriteString(half, request(1)[:300])
	ends("half a request", half, err)
	c, err = r.dial("127.0.0.2", "")
	if err != nil {
		t.Fatal(err)
	}
	idle := r.secure(c)
	_, err = io.WriteString(idle, request(2))
	ends("an idle connection", idle, err)

	r.end()
	r = start(t, func(o *Options) { o.Connections, o.PeerConnections = 4, 2 })
	var open []net.Conn
	for range 2 {
		c, err := r.dial("127.0.0.2", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		secure := r.secure(c)
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		open = append(open, secure)
	}
	if got := r.exchange("127.0.0.2", "", request(3, "Connection: close\r\n")); accepted(got) {
		t.Errorf("the third connection of a peer was served")
	}
	if got := r.exchange("127.0.0.3", "", request(4, "Connection: close\r\n")); !accepted(got) {
		t.Errorf("another peer: %q", got)
	}
	for _, from := range []string{"127.0.0.4", "127.0.0.5"} {
		c, err := r.dial(from, "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := r.secure(c).Handshake(); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.exchange("127.0.0.6", "", request(5)); accepted(got) {
		t.Errorf("the fifth connection was served")
	}
	if _, err := io.WriteString(open[0], request(6, "Connection: close\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := answer(open[0]); !accepted(got) {
		t.Errorf("a connection that was open before: %q", got)
	}
	figures := r.get("/metrics")
	for _, want := range []string{`refused_total{reason="connections"} 1`, `refused_total{reason="peer"} 1`} {
		if !strings.Contains(figures, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	r.end()
}

// A store that fails: nothing is acknowledged, the receiver is not ready, and says why.
func TestStoreThatFails(t *testing.T) {
	r := start(t, nil)
	if err := os.RemoveAll(r.folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := r.exchange("127.0.0.1", "", request(1))
	if !strings.HasPrefix(got, "HTTP/1.1 503 ") || !strings.Contains(got, "\r\nRetry-After: ") {
		t.Errorf("answered %q", got)
	}
	if problem := r.get("/readyz"); !strings.Contains(problem, "not a directory") {
		t.Errorf("ready: %q", problem)
	}
	r.end()
	if !strings.Contains(r.log.String(), "could not be written") {
		t.Errorf("the log does not say it: %s", r.log)
	}
}
