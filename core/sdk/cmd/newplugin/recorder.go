package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/recording"
)

// The bounds of a recording that is in the making.
const (
	maxBody  = 4 << 20
	maxTotal = 64 << 20 // bytes of all bodies, in memory
	maxDepth = 64
)

// recorder is a proxy before a product's API. It forwards requests that only read, with their
// login, and remembers the answers until [recorder.file] writes them without names. Nothing of a
// request but its path is remembered, and no header of an answer but the type.
type recorder struct {
	proxy *httputil.ReverseProxy

	mu      sync.Mutex
	answers []raw
	size    int
	lost    map[string]int // reasons why answers or bodies are not in the recording, and how many
}

// raw is an answer as the product gave it. It is kept in memory only.
type raw struct {
	at      *url.URL
	status  int
	kind    string
	body    any // decoded JSON
	hasBody bool
	leftOut string
}

func newRecorder(to *url.URL, transport http.RoundTripper) *recorder {
	r := &recorder{lost: map[string]int{}}
	r.proxy = &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(to)
			// The recording needs whole answers.
			for _, name := range []string{"If-None-Match", "If-Modified-Since", "Range"} {
				p.Out.Header.Del(name)
			}
			p.Out.Header.Set("Accept-Encoding", "identity")
		},
		ModifyResponse: r.received,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			r.count("no answer of the product: " + sdk.Explain(err).Sentence()) // the error itself has addresses
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return r
}

// pathKey is the context's key for the path as the plugin asked.
type pathKey struct{}

func withPath(asked *http.Request) context.Context {
	return context.WithValue(asked.Context(), pathKey{}, asked.URL)
}

func pathOf(ctx context.Context) *url.URL {
	at, _ := ctx.Value(pathKey{}).(*url.URL)
	return at
}

// ServeHTTP forwards a request that only reads.
func (r *recorder) ServeHTTP(w http.ResponseWriter, asked *http.Request) {
	if asked.Method != http.MethodGet {
		r.count("a request other than GET is not forwarded")
		http.Error(w, "the recorder forwards only GET", http.StatusMethodNotAllowed)
		return
	}
	r.proxy.ServeHTTP(w, asked.WithContext(withPath(asked)))
}

// received remembers an answer and passes it on unchanged.
func (r *recorder) received(response *http.Response) error {
	at := pathOf(response.Request.Context())
	text, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return err
	}
	rest := response.Body
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(text), rest), rest}
	r.add(at, response, text)
	return nil
}

func (r *recorder) add(at *url.URL, response *http.Response, text []byte) {
	answer := raw{at: at, status: response.StatusCode}
	answer.kind, answer.body, answer.leftOut = decoded(response.Header, text)
	answer.hasBody = answer.leftOut == "" && len(text) > 0
	r.mu.Lock()
	defer r.mu.Unlock()
	r.size += len(text)
	_, readable := recording.Canonical(at)
	switch {
	case !readable:
		r.lost["a query cannot be read: the answer is left out"]++
		return
	case len(r.answers) >= recording.MaxAnswers, r.size > maxTotal:
		r.lost["the recording is full: the answer is left out"]++
		return
	case answer.leftOut != "":
		r.lost[answer.leftOut+": the body is left out"]++
	}
	r.answers = append(r.answers, answer)
}

// decoded returns the body in JSON, or the reason why it is left out: only in JSON are names found
// with certainty.
func decoded(header http.Header, text []byte) (kind string, body any, leftOut string) {
	kind, _, _ = mime.ParseMediaType(header.Get("Content-Type"))
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	switch {
	case len(text) == 0:
		return "", nil, ""
	case len(text) > maxBody:
		return "", nil, "longer than 4 MiB"
	case header.Get("Content-Encoding") != "" && header.Get("Content-Encoding") != "identity":
		return "", nil, "compressed"
	}
	body, err := decodeJSON(text)
	switch {
	case err != nil && isJSON:
		return "application/json", nil, "not valid JSON"
	case err != nil && slices.Contains([]string{"text/html", "text/plain", "application/xml", "text/xml"}, kind):
		return kind, nil, "not JSON"
	case err != nil:
		return "", nil, "not JSON"
	case isJSON:
		return "application/json", body, ""
	}
	return "text/plain", body, ""
}

func decodeJSON(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the JSON")
	}
	if depth(value) > maxDepth {
		return nil, errors.New("too deep")
	}
	return value, nil
}

func depth(value any) (most int) {
	switch is := value.(type) {
	case map[string]any:
		for _, part := range is {
			most = max(most, depth(part))
		}
		return most + 1
	case []any:
		for _, part := range is {
			most = max(most, depth(part))
		}
		return most + 1
	}
	return 0
}

func (r *recorder) count(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost[why]++
}

// file returns the recording without names, and the lines that its author should read.
func (r *recorder) file(plugin vocabulary, base *url.URL) (recording.File, []string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	names := newReplacer(plugin)
	r.replaced(names) // the first time, to know all names before the members are judged
	clear(names.odd)
	answers, err := r.replaced(names)
	if err != nil {
		return recording.File{}, nil, err
	}
	var lines []string
	for _, why := range slices.Sorted(maps.Keys(r.lost)) {
		lines = append(lines, fmt.Sprintf("%d × %s", r.lost[why], why))
	}
	if len(names.odd) > 0 {
		lines = append(lines, "members that the plugin does not know; make sure that none is a customer's name: "+
			strings.Join(slices.Sorted(maps.Keys(names.odd)), ", "))
	}
	file := recording.File{Format: recording.Format, Answers: answers}
	if strings.Trim(base.Path, "/") != "" {
		file.Base = names.path(base)
	}
	return file, lines, nil
}

func (r *recorder) replaced(names *replacer) ([]recording.Answer, error) {
	var answers []recording.Answer
	for _, a := range r.answers {
		answer := recording.Answer{Path: names.path(a.at), Status: a.status, Type: a.kind, LeftOut: a.leftOut}
		if a.hasBody {
			text, err := json.Marshal(names.value(a.body, false))
			if err != nil {
				return nil, fmt.Errorf("encode a body: %w", err)
			}
			answer.Body = text
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

// path returns a path and its query with all unknown parts replaced.
func (r *replacer) path(at *url.URL) string {
	parts := strings.Split(at.EscapedPath(), "/")
	for i, part := range parts {
		text, err := url.PathUnescape(part)
		if err != nil {
			text = part
		}
		parts[i] = url.PathEscape(r.text(text))
	}
	query := url.Values{}
	for name, values := range at.Query() {
		for _, value := range values {
			if isSecret(name) {
				value = removed
			}
			query.Add(r.text(name), r.text(value))
		}
	}
	whole := strings.Join(parts, "/")
	if len(query) > 0 {
		whole += "?" + query.Encode()
	}
	if u, err := url.Parse(whole); err == nil {
		whole, _ = recording.Canonical(u)
	}
	return whole
}
