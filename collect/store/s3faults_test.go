package store

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"polycom.com/usagedata/collect/teststage"
	"polycom.com/usagedata/core/usage"
)

// private must not be in an error. A server may repeat it in its answers.
const private = "private-text-of-the-server"

// fault answers a request in the place of the server behind it.
type fault func(w http.ResponseWriter, r *http.Request, server http.Handler)

var faults = map[string]fault{
	"cut before the request arrived": func(http.ResponseWriter, *http.Request, http.Handler) {
		panic(http.ErrAbortHandler)
	},
	"cut after it was done": func(_ http.ResponseWriter, r *http.Request, server http.Handler) {
		server.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	},
	"answer cut half way": func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		answer := record(r, server)
		w.Header().Set("Content-Length", fmt.Sprint(answer.Body.Len()+1))
		copyAnswer(w, answer, answer.Body.Bytes()[:answer.Body.Len()/2])
		panic(http.ErrAbortHandler)
	},
	"hangs": func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	},
	"500": answer(500, "InternalError"), "500 in words": answer(500, ""), "503": answer(503, "SlowDown"),
	"429": answer(429, "TooManyRequests"), "409": answer(409, "ConditionalRequestConflict"),
	"408": answer(408, "RequestTimeout"),
}

// readFaults are faults of an object's content.
var readFaults = map[string]fault{
	"damaged": func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		answer := record(r, server)
		answer.Body.Bytes()[3] ^= 1
		copyAnswer(w, answer, answer.Body.Bytes())
	},
	"shorter than it is": func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		answer := record(r, server)
		answer.Header().Set("Content-Length", "5")
		copyAnswer(w, answer, answer.Body.Bytes()[:5])
	},
}

func answer(status int, code string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		if code != "" {
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message><Resource>%[2]s</Resource></Error>",
				code, private)
		}
	}
}

func record(r *http.Request, server http.Handler) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	return answer
}

func copyAnswer(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	for key, values := range answer.Header() {
		if w.Header().Get(key) == "" {
			w.Header()[key] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush()
}

// faulty is a proxy before a real server. The first requests meet the fault.
type faulty struct {
	server http.Handler
	fault  fault
	times  atomic.Int64
	asked  atomic.Int64
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked.Add(1)
	if f.times.Add(-1) >= 0 {
		f.fault(w, r, f.server)
		return
	}
	f.server.ServeHTTP(w, r)
}

func proxyTo(t *testing.T, g *teststage.Gateway) http.Handler {
	target, err := url.Parse(g.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // it is signed
	}}
}

func startFaulty(t *testing.T, g *teststage.Gateway) (*faulty, *S3) {
	f := &faulty{server: proxyTo(t, g)}
	front := httptest.NewServer(f)
	t.Cleanup(front.Close)
	return f, open(t, front.URL, func(o *S3Options) { o.Timeout = 500 * time.Millisecond })
}

func open(t *testing.T, endpoint string, change func(*S3Options)) *S3 {
	t.Helper()
	o := S3Options{Endpoint: endpoint, Bucket: teststage.Bucket, Prefix: "collection", PathStyle: true,
		AccessKey: Secret{Value: teststage.AccessKey}, SecretKey: Secret{Value: teststage.SecretKey}}
	change(&o)
	s, err := OpenS3(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// COLL-1: a server that fails once costs time only: whatever became of the request, each
// operation has its effect once.
func TestPassingFaults(t *testing.T) {
	g := teststage.StartGateway(t)
	content := bytes.Repeat([]byte("content"), 1000)
	for what, fault := range faults {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			f, s := startFaulty(t, g)
			f.fault = fault
			name := strings.ReplaceAll(what, " ", "-") + "/a"
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			for _, step := range []struct {
				what string
				do   func() error
			}{
				{"create", func() error { return s.Create(ctx, name, content) }},
				{"read", func() error { return wantContent(ctx, s, name, content) }},
				{"list", func() error { return wantList(ctx, s, name) }},
				{"check", func() error { return s.Check(ctx) }},
				{"remove", func() error { return s.Remove(ctx, name) }},
			} {
				f.times.Store(1)
				if err := step.do(); err != nil {
					t.Errorf("%s: %v", step.what, err)
				}
			}
		})
	}
	for what, fault := range readFaults {
		t.Run(what, func(t *testing.T) {
			f, s := startFaulty(t, g)
			f.fault = fault
			create(t, s, "read/"+what[:3], content)
			f.times.Store(1)
			if err := wantContent(t.Context(), s, "read/"+what[:3], content); err != nil {
				t.Error(err)
			}
			f.times.Store(1 << 30)
			if got, err := s.Read(t.Context(), "read/"+what[:3]); err == nil {
				t.Errorf("got %d bytes, want an error", len(got))
			}
		})
	}
}

func wantContent(ctx context.Context, s Store, name string, want []byte) error {
	got, err := s.Read(ctx, name)
	if err == nil && !bytes.Equal(got, want) {
		return fmt.Errorf("got %d bytes, want %d", len(got), len(want))
	}
	return err
}

func wantList(ctx context.Context, s Store, want string) error {
	for o, err := range s.List(ctx, want, "") {
		if err != nil || o.Name == want {
			return err
		}
	}
	return errors.New("the object is not in the list")
}

// A server that never recovers costs the time that the caller gives, and no error holds a part of its
// answers, a URL, or a part of the credentials.
func TestLastingFaults(t *testing.T) {
	g := teststage.StartGateway(t)
	for what, fault := range faults {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			f, s := startFaulty(t, g)
			f.fault = fault
			f.times.Store(1 << 30)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			err := s.Create(ctx, "lasting/a", []byte("content"))
			if err == nil { // a status was all that it needed
				_, err = s.Read(ctx, "lasting/a")
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want an error at the deadline", err)
			}
			wantPublic(t, err)
		})
	}
}

func wantPublic(t *testing.T, err error) {
	t.Helper()
	text := fmt.Sprintf("%v %+v %s", err, err, usage.HintOf(err))
	for _, secret := range []string{private, teststage.AccessKey, teststage.SecretKey, "X-Amz", "://", "\n"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the error %s", secret, text)
		}
	}
}

// COLL-4: Check names the fault of the server or the account at once, in one line, with a hint.
func TestCheckNamesTheFault(t *testing.T) {
	g := teststage.StartGateway(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	withTLS := httptest.NewTLSServer(http.NotFoundHandler())
	defer withTLS.Close()
	same := func(*S3Options) {}
	for _, tt := range []struct {
		what, endpoint string
		change         func(*S3Options)
		want, hint     string
	}{
		{"no server", "http://" + closed.Addr().String(), same, "connection refused", "see whether the server runs"},
		{"no bucket", g.Endpoint, func(o *S3Options) { o.Bucket = "other" }, "404 NoSuchBucket", "create the bucket"},
		{"wrong secret", g.Endpoint, func(o *S3Options) { o.SecretKey.Value = "wrong" }, "403 SignatureDoesNotMatch",
			"secret key"},
		{"wrong account", serve(t, answer(403, "InvalidAccessKeyId")), same, "403 InvalidAccessKeyId", "access key"},
		{"unknown authority", withTLS.URL, same, "unknown authority", "file with the authority's certificate"},
		{"no TLS", strings.Replace(g.Endpoint, "http", "https", 1), same, "does not speak TLS", "endpoint"},
		{"web server", serve(t, answer(200, "")), same, "ignores If-None-Match", "conditional writes"},
		{"denied", serve(t, answer(403, "AccessDenied")), same, "403 AccessDenied", "must be allowed"},
		{"broken", serve(t, answer(500, "")), same, "500 Internal Server Error", "log"},
		{"full", serve(t, answer(507, "")), same, ErrFull.Error(), ""},
		{"unknown code", serve(t, answer(400, private)), same, "400 Bad Request", ""},
		{"redirect", serve(t, answer(301, "PermanentRedirect")), same, "301 PermanentRedirect", "endpoint"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			err := open(t, tt.endpoint, tt.change).Check(ctx)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(usage.HintOf(err), tt.hint) {
				t.Errorf("got %v (hint %q), want %q (hint %q)", err, usage.HintOf(err), tt.want, tt.hint)
			}
			if ctx.Err() != nil {
				t.Error("it took too long")
			}
			wantPublic(t, err)
		})
	}
}

func serve(t *testing.T, f fault) (endpoint string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, nil) }))
	t.Cleanup(s.Close)
	return s.URL
}

// A list that does not end, goes backwards, or is no list, ends with an error.
func TestBadLists(t *testing.T) {
	const page = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>` +
		`<Contents><Key>collection/%s</Key></Contents></ListBucketResult>`
	endless := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<ListBucketResult><Name>")
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, strings.Repeat("x", 1<<16))
		}
	}
	for what, handler := range map[string]http.HandlerFunc{
		"repeated":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, page, "a") },
		"elsewhere": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, page, "../b") },
		"endless":   endless,
		"page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<html><p>"+private+"</html>")
		},
	} {
		t.Run(what, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			var last error
			for o, err := range open(t, server.URL, func(*S3Options) {}).List(ctx, "a", "") {
				if last = err; err == nil && o.Name != "a" {
					t.Errorf("got %v", o)
				}
			}
			if last == nil || ctx.Err() != nil {
				t.Errorf("got %v, want an error before the deadline", last)
			}
			wantPublic(t, last)
		})
	}
}

// COLL-1: creators wait for a server that is killed and started again, and lose nothing.
func TestServerRestarts(t *testing.T) {
	g := teststage.StartGateway(t)
	var creators sync.WaitGroup
	created, progress := make([]atomic.Int64, 8), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	for i := range created {
		s := openGateway(t, g)
		creators.Go(func() {
			for ctx.Err() == nil {
				n := created[i].Load()
				if err := s.Create(t.Context(), fmt.Sprintf("restart/%d/%d", i, n), fmt.Append(nil, i, n)); err != nil {
					t.Error(err)
				}
				created[i].Add(1)
				select {
				case progress <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 3 {
		for range 20 {
			<-progress
		}
		g.Stop()
		g.Start()
	}
	stop()
	creators.Wait()
	after, found := openGateway(t, g), 0
	for o, err := range after.List(t.Context(), "restart/", "") {
		var i, n int64
		if _, wrong := fmt.Sscanf(o.Name, "restart/%d/%d", &i, &n); err != nil || wrong != nil {
			t.Fatal(o.Name, err, wrong)
		}
		if err := wantContent(t.Context(), after, o.Name, fmt.Append(nil, i, n)); err != nil {
			t.Error(err)
		}
		found++
	}
	want := 0
	for i := range created {
		want += int(created[i].Load())
	}
	if found != want {
		t.Errorf("got %d objects, want %d", found, want)
	}
}

// Nothing but the options decides which server is asked, and how: no proxy, no file of another program.
func TestEnvironmentIsNotRead(t *testing.T) {
	g := teststage.StartGateway(t)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "AWS_ENDPOINT_URL"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "MINIO_ACCESS_KEY",
		"MINIO_SECRET_KEY"} {
		t.Setenv(name, "wrong")
	}
	if err := openGateway(t, g).Check(t.Context()); err != nil {
		t.Error(err)
	}
	transport, err := newTransport(S3Options{}) // a proxy is never asked for a server on loopback
	if err != nil || transport.(bounded).RoundTripper.(*http.Transport).Proxy != nil {
		t.Errorf("got a proxy, %v", err)
	}
}

// A server with a certificate of the vendor's own authority is trusted through the file of that authority.
func TestAuthorityFile(t *testing.T) {
	g := teststage.StartGateway(t)
	server := httptest.NewTLSServer(proxyTo(t, g))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, server.URL, func(o *S3Options) { o.CAFile = file }).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// Credentials come from files too, and are read again when they were replaced.
func TestSecretFiles(t *testing.T) {
	g := teststage.StartGateway(t)
	file := filepath.Join(t.TempDir(), "secret")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeff" + teststage.SecretKey + "\r\n")
	k := &keys{options: S3Options{AccessKey: Secret{Value: "a"}, SecretKey: Secret{File: file}}}
	s := open(t, g.Endpoint, func(o *S3Options) { o.SecretKey = Secret{File: file} })
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if v, err := k.Retrieve(); v.SecretAccessKey != teststage.SecretKey || k.IsExpired() {
		t.Errorf("got %q, expired %t: %v", v.SecretAccessKey, k.IsExpired(), err)
	}
	k.read = k.read.Add(-rereadEvery)
	for _, text := range []string{"", "one\ntwo\n", "tab\there", "ä"} {
		write(text)
		if v, err := k.Retrieve(); err == nil || !k.IsExpired() {
			t.Errorf("%q: got %q, want an error", text, v.SecretAccessKey)
		}
	}
}

// A session token is sent with each request.
func TestSessionToken(t *testing.T) {
	var sent string
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		sent = r.Header.Get("X-Amz-Security-Token")
	})
	create(t, open(t, endpoint, func(o *S3Options) { o.SessionToken.Value = "token" }), "a", nil)
	if sent != "token" {
		t.Errorf("got %q, want the token", sent)
	}
}

func TestWrongOptions(t *testing.T) {
	for want, change := range map[string]func(*S3Options){
		"must be https://host":      func(o *S3Options) { o.Endpoint = "https://" + private + ":" + private + "@host" },
		"must begin with https://":  func(o *S3Options) { o.Endpoint = "ftp://host" },
		"the endpoint is http":      func(o *S3Options) { o.Endpoint = "http://192.0.2.1" },
		"bucket's name":             func(o *S3Options) { o.Bucket = "Upper" },
		"the prefix":                func(o *S3Options) { o.Prefix = "a/../b" },
		"access key: it is missing": func(o *S3Options) { o.AccessKey = Secret{} },
		"both a value and a file":   func(o *S3Options) { o.SecretKey.File = "x" },
		"secret: no such file":      func(o *S3Options) { o.SecretKey = Secret{File: "secret"} },
		"holds no certificate":      func(o *S3Options) { o.CAFile = "s3.go" },
		"ca.pem: no such file":      func(o *S3Options) { o.CAFile = "ca.pem" },
	} {
		o := S3Options{Endpoint: "https://s3.example", Bucket: "usage", AccessKey: Secret{Value: "a"},
			SecretKey: Secret{Value: private}}
		change(&o)
		_, err := OpenS3(o)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if err != nil && strings.Contains(err.Error(), private) {
			t.Errorf("the error holds a secret: %v", err)
		}
	}
}
