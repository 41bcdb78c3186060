package planting

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is the size of the largest body that gets planted names, in bytes.
const maxBody = 64 << 20

// handler relays HTTP. Requests get the product's own names back, because a plugin may ask for a
// thing by the name that it was given.
func (r *Relay) handler() http.Handler {
	return &httputil.ReverseProxy{Rewrite: r.request, ModifyResponse: r.response, Transport: r.transport,
		ErrorLog: quiet, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		}}
}

// securityKey is the key of whether a request came over TLS, in its context.
type securityKey struct{}

func withSecurity(ctx context.Context, c net.Conn) context.Context {
	from, is := c.(*peeked)
	return context.WithValue(ctx, securityKey{}, is && from.secure)
}

func (r *Relay) request(p *httputil.ProxyRequest) {
	out := p.Out
	out.URL.Scheme, out.URL.Host, out.Host = "http", r.source.URL.Host, r.source.URL.Host
	if secure, _ := p.In.Context().Value(securityKey{}).(bool); secure {
		out.URL.Scheme = "https"
	}
	out.Header.Del("Accept-Encoding")
	if strings.Contains(out.URL.Path, stem) {
		out.URL.Path, out.URL.RawPath = r.names.Restore(out.URL.Path), ""
	}
	if query, err := url.QueryUnescape(out.URL.RawQuery); err == nil && strings.Contains(query, stem) {
		out.URL.RawQuery = restored.ReplaceAllStringFunc(out.URL.RawQuery, func(planted string) string {
			return url.QueryEscape(r.names.Restore(planted))
		})
	}
	if out.Body != nil && out.ContentLength > 0 && out.ContentLength < maxBody {
		body, err := io.ReadAll(out.Body)
		if err != nil {
			return // the copy fails as well
		}
		body = []byte(r.names.Restore(string(body)))
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
}

func (r *Relay) response(answer *http.Response) error {
	stream := strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") ||
		answer.StatusCode == http.StatusSwitchingProtocols
	if stream || answer.Request.Method == http.MethodHead || answer.Header.Get("Content-Encoding") != "" ||
		answer.ContentLength > maxBody {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err != nil {
		return err
	}
	answer.Body.Close()
	body = r.names.Text(At(r.place().Source, answer.Request.URL.Path), body)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if len(body) > 0 {
		answer.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return nil
}
