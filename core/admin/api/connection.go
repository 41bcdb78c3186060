package api

import (
	"errors"
	"net/http"

	"polycom.com/usagedata/core/admin"
)

// connection tests the connection to the collection point. It is a POST because it sends bytes.
func (a *api) connection(w http.ResponseWriter, r *http.Request) {
	result, err := a.Connection(r.Context())
	switch {
	case errors.Is(err, admin.ErrTesting):
		refuseForNow(w, admin.ConnectionTime, err)
	case r.Context().Err() != nil: // the client is gone, or the service is stopping
		refuse(w, http.StatusServiceUnavailable, errors.New("test the connection: the service is stopping"))
	default:
		writeJSON(w, result, err)
	}
}
