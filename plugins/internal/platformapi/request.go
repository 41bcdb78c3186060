package platformapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// errTooMany is what a runaway reader gets.
var errTooMany = fmt.Errorf("%w: more than %d requests", sdk.NotAvailable(sdk.Unexplained), maxRequests)

// get asks for one page of a resource and hands the body to read. etag is what a former answer had; the new
// one's is returned.
func (c *Client) get(ctx context.Context, r Resource, number int, etag string,
	read func(io.Reader) error) (string, error) {
	made, err := c.connect()
	if err != nil {
		return "", err
	}
	for _, accept := range c.accepts(r) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, made.base+r.Path+query(number), nil)
		if err != nil {
			return "", err
		}
		request.SetBasicAuth(made.user, made.password)
		request.Header.Set("Accept", accept)
		if etag != "" {
			request.Header.Set("If-None-Match", etag)
		}
		fresh, err := c.send(made.http, request, read)
		if err == nil || errors.Is(err, errUnchanged) {
			c.choose(r, accept)
		}
		if !errors.Is(err, statusError(http.StatusNotAcceptable)) {
			return fresh, explained(err)
		}
	}
	return "", sdk.NotAvailable(sdk.NotOnRelease)
}

// accepts is what to ask for: all versions at once; then, for servers that look at the first only, each older one.
func (c *Client) accepts(r Resource) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if accept, ok := c.chosen[r.Path]; ok {
		return []string{accept}
	}
	types := r.accepted()
	return append([]string{strings.Join(types, ", ")}, types[1:]...)
}

// choose spares the further pages of a resource the search for its version.
func (c *Client) choose(r Resource, accept string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chosen[r.Path] = accept
}

// query leaves the first page's number out: it is what is answered without one, also by what knows no pages.
func query(number int) string {
	if number <= 1 {
		return ""
	}
	return fmt.Sprintf("?page=%d", number)
}

// send waits for its turn, sends one request and reads its answer, all within bounds.
func (c *Client) send(client *http.Client, request *http.Request, read func(io.Reader) error) (etag string, err error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-request.Context().Done():
		return "", request.Context().Err()
	}
	if err := c.admit(); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(request.Context(), requestTimeout)
	defer cancel()
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if err := c.check(response); err != nil {
		return "", err
	}
	return response.Header.Get("ETag"), read(http.MaxBytesReader(nil, response.Body, maxAnswer))
}

// admit counts a request, and refuses those that the product should not be bothered with.
func (c *Client) admit() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	switch {
	case c.refused:
		return statusError(http.StatusUnauthorized)
	case c.requests > maxRequests:
		return errTooMany
	}
	return nil
}

func (c *Client) loginRefused() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = true
}

// errUnchanged is the answer to a conditional request for what is known already.
var errUnchanged = errors.New("not modified")

// statusError is an answer that is none.
type statusError int

func (s statusError) Error() string { return http.StatusText(int(s)) }

// check takes JSON for an answer and nothing else: a page to log in comes with 200, too.
func (c *Client) check(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusOK:
		kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
			return sdk.NotAvailable(sdk.Malformed)
		}
		return nil
	case http.StatusNotModified:
		return errUnchanged
	case http.StatusUnauthorized:
		c.loginRefused()
		return statusError(response.StatusCode)
	default:
		return statusError(response.StatusCode)
	}
}

// explained gives an answer that is none its reason. Redirects are not followed: whatever is there is not the
// resource.
func explained(err error) error {
	var status statusError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge), errors.Is(err, http.ErrSchemeMismatch):
		return sdk.NotAvailable(sdk.Malformed)
	case !errors.As(err, &status):
		return err
	}
	switch {
	case status == http.StatusNotFound:
		return sdk.NotAvailable(sdk.NotOnRelease)
	case status == http.StatusUnauthorized:
		return sdk.NotAvailable(sdk.LoginRefused)
	case status == http.StatusForbidden:
		return sdk.NotAvailable(sdk.NotPermitted)
	case status >= 300 && status < 400:
		return sdk.NotAvailable(sdk.Malformed)
	}
	return sdk.NotAvailable(sdk.SourceFailed)
}
