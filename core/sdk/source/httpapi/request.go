package httpapi

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// request is a request of a collector.
type request struct{ path, accept string }

// answer is the product's answer to a request.
type answer struct {
	etag      string
	unchanged bool // since the answer with the ETag in the request
	text      []byte
}

// send waits for its turn, sends one request and reads its answer, all within the limits. etag is
// the ETag of an earlier answer.
func (a *API) send(ctx context.Context, made connection, r request, etag string) (answer, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return answer{}, waiting(ctx)
	}
	if err := a.admit(); err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	asked, err := made.request(ctx, r, etag)
	if err != nil {
		return answer{}, err
	}
	response, err := made.http.Do(asked)
	if err != nil {
		return answer{}, notReached(err)
	}
	defer response.Body.Close()
	a.refused = response.StatusCode == http.StatusUnauthorized
	return received(response)
}

// admit counts a request, and refuses it if the login was refused or the limit is reached.
func (a *API) admit() error {
	switch {
	case a.refused:
		return errRefused
	case a.requests >= maxRequests:
		return errTooMany
	}
	a.requests++
	return nil
}

// errTooMany is the error of a plugin that exceeds the limit.
var errTooMany = fmt.Errorf("%w: more than %d requests", sdk.NotAvailable(sdk.Unexplained), maxRequests)

func (c connection) request(ctx context.Context, r request, etag string) (*http.Request, error) {
	at, err := c.below(r.path)
	if err != nil {
		return nil, err
	}
	asked, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, errPath // the error itself holds the URL
	}
	asked.Header.Set("Accept", r.accept)
	if c.authorization != "" {
		asked.Header.Set("Authorization", c.authorization)
	}
	if etag != "" {
		asked.Header.Set("If-None-Match", etag)
	}
	return asked, nil
}

// received reads an answer whose header has arrived.
func received(response *http.Response) (answer, error) {
	if response.StatusCode == http.StatusNotModified && response.Request.Header.Get("If-None-Match") != "" {
		return answer{unchanged: true}, nil
	}
	if response.StatusCode != http.StatusOK {
		return answer{}, failed(response.StatusCode)
	}
	text, err := unpacked(response)
	if err != nil {
		return answer{}, err
	}
	return answer{etag: response.Header.Get("ETag"), text: text}, nil
}

// unpacked reads the body. Some servers compress it although the request does not allow that.
func unpacked(response *http.Response) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(nil, response.Body, maxAnswer)
	switch strings.ToLower(response.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip", "x-gzip":
		packed, err := gzip.NewReader(body)
		if err != nil {
			return nil, notRead(err)
		}
		body = packed
	default:
		return nil, malformed("its compression is not known")
	}
	text, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return nil, notRead(err)
	}
	if len(text) > maxAnswer {
		return nil, errTooLong
	}
	return text, nil
}

// notRead returns the error for a body that ended early.
func notRead(err error) error {
	var tooLong *http.MaxBytesError
	var damaged flate.CorruptInputError
	switch {
	case errors.As(err, &tooLong):
		return errTooLong
	case errors.As(err, &damaged), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.Is(err, io.EOF):
		return malformed("its compression is damaged")
	}
	return fmt.Errorf("read the answer: %w", sdk.NotAvailable(sdk.Explain(err)))
}

var errTooLong = malformed(fmt.Sprintf("longer than %d bytes", maxAnswer))
