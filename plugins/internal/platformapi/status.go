package platformapi

import (
	"errors"
	"mime"
	"net/http"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

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
