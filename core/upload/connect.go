package upload

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
)

// connect opens the connection below TLS, through the proxy if one is configured.
func (s *Sender) connect(ctx context.Context) (*lowerConn, error) {
	at, to := connecting, s.address()
	if s.config.Proxy != "" {
		at, to = reachingProxy, s.config.Proxy
	}
	raw, err := s.config.DialContext(ctx, "tcp", to)
	if err != nil {
		return nil, explain(ctx, at, err, err)
	}
	below := &lowerConn{Conn: raw}
	below.follow(ctx)
	if s.config.Proxy == "" {
		return below, nil
	}
	if err := s.tunnel(below); err != nil {
		below.Close()
		return nil, explain(ctx, tunneling, err, below.firstError())
	}
	return below, nil
}

// tunnel asks the proxy to connect us. Everything after that is end to end: the proxy sees the
// collection point's name and TLS records, and nothing of the document.
func (s *Sender) tunnel(through *lowerConn) error {
	request, err := s.connectRequest()
	if err != nil {
		return err
	}
	if err := request.Write(through); err != nil {
		return err
	}
	in := bufio.NewReader(&bounded{through, maxAnswer})
	answer, err := readHead(in, request)
	if err != nil {
		return err
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return proxyError{answer.StatusCode, s.config.ProxyCredentials != nil}
	}
	// In TLS the client speaks first. Data that arrived before that is not from the collection
	// point, and would be lost in the reader.
	if in.Buffered() > 0 {
		return errors.New("the proxy sent data after its answer")
	}
	return nil
}

// connectRequest includes the user and the password at once: the file was configured for this
// proxy, and waiting to be asked would cost the hour another round trip.
func (s *Sender) connectRequest() (*http.Request, error) {
	request := &http.Request{
		Method: http.MethodConnect,
		URL:    &url.URL{Opaque: s.address()},
		Host:   s.address(),
		Header: http.Header{"User-Agent": {s.config.UserAgent}},
	}
	if s.config.ProxyCredentials == nil {
		return request, nil
	}
	credentials, err := s.config.ProxyCredentials()
	if err != nil {
		return nil, ourError{err}
	}
	request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(credentials)))
	return request, nil
}

// proxyError is a proxy's answer that refuses to connect us.
type proxyError struct {
	code  int
	known bool // it was sent credentials
}

func (e proxyError) Error() string { return status(e.code) + " from the proxy" }
