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

// errTooMany is the error for a reader that exceeds the limit of requests.
var errTooMany = fmt.Errorf("%w: more than %d requests", sdk.NotAvailable(sdk.Unexplained), maxRequests)

// get requests one page of a resource and passes the body to read. etag is the ETag of an earlier
// answer; get returns the new one.
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

// accepts returns the Accept headers to try: all versions at once, and then each older version, for
// servers that only read the first media type.
func (c *Client) accepts(r Resource) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if accept, ok := c.chosen[r.Path]; ok {
		return []string{accept}
	}
	types := r.accepted()
	return append([]string{strings.Join(types, ", ")}, types[1:]...)
}

// choose stores the Accept header that worked, so that other pages of the resource need no search
// for the version.
func (c *Client) choose(r Resource, accept string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chosen[r.Path] = accept
}

// query omits the number of the first page: the first page is the answer without a number, also
// from servers without pages.
func query(number int) string {
	if number <= 1 {
		return ""
	}
	return fmt.Sprintf("?page=%d", number)
}

// send waits for its turn, sends one request and reads its answer, all within the limits.
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

// admit counts a request, and refuses it if the login was refused or the limit is reached.
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

// errUnchanged is the answer to a conditional request if the content has not changed.
var errUnchanged = errors.New("not modified")

// statusError is an answer with an error status.
type statusError int

func (s statusError) Error() string { return http.StatusText(int(s)) }

// check accepts only JSON as an answer, because a login page also has status 200.
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

// explained returns the error with the reason for its status. Redirects are not followed, because
// their target is not the resource.
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
