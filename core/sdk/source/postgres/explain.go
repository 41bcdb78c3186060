package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"polycom.com/usagedata/core/sdk"
)

// Where the closed list has no better word.
const (
	noRow = sdk.NotFound // the product has written nothing there
)

// failure words an error. The cause's own text would hold names, addresses and values, so that only its reason is kept.
func (s *Server) failure(what string, cause error) error {
	if cause == nil {
		return nil
	}
	return fmt.Errorf("read %s: %w", what, s.explained(cause))
}

var sqlState = regexp.MustCompile(`^[0-9A-Z]{5}$`)

// explained gives an error its reason and tells the log the SQLSTATE, which is as good as a word from a closed list.
func (s *Server) explained(err error) error {
	var answered *pgconn.PgError
	if errors.As(err, &answered) {
		if sqlState.MatchString(answered.Code) {
			s.tell("the database server answered", "error", answered.Code)
		}
		return sdk.NotAvailable(reasonOf(answered.Code))
	}
	for _, known := range libraryErrors {
		if strings.Contains(err.Error(), known.words) {
			s.tell(known.sentence)
			return sdk.NotAvailable(sdk.Untrusted)
		}
	}
	return sdk.NotAvailable(withoutAnswer(err))
}

// libraryErrors have no type to know them by.
var libraryErrors = []struct{ words, sentence string }{
	{"server refused TLS connection", "the database server has no TLS"},
	{"authentication method requirement", "the database server requested the password in clear"},
}

// reasonOf maps SQLSTATEs, of which the first two characters are the class.
func reasonOf(code string) sdk.Reason {
	switch code {
	case "42501": // insufficient_privilege
		return sdk.NotPermitted
	case "57014", "55P03": // query_canceled, lock_not_available
		return sdk.TimedOut
	case "57P01", "57P02", "57P03": // admin_shutdown, crash_shutdown, cannot_connect_now
		return sdk.SourceStarting
	case "3D000": // invalid_catalog_name
		return sdk.NotFound
	case "42P01", "42703", "3F000", "42704": // undefined table, column, schema, object
		return sdk.NotOnRelease
	}
	if strings.HasPrefix(code, "28") { // invalid authorization
		return sdk.LoginRefused
	}
	return sdk.SourceFailed
}

// withoutAnswer explains what came of the connection itself. What is neither the network's nor an expected end is an
// answer that the library did not understand.
func withoutAnswer(err error) sdk.Reason {
	var tooLarge *pgproto3.ExceededMaxBodyLenErr
	var network net.Error
	var number syscall.Errno
	explicit := errors.Is(err, sdk.NotAvailable(sdk.SourceFailed))
	broken := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.Canceled)
	reason := sdk.Explain(err)
	switch {
	case errors.As(err, &tooLarge):
		return sdk.Malformed
	case broken:
		return sdk.SourceFailed
	case reason != sdk.SourceFailed, explicit, errors.As(err, &network), errors.As(err, &number):
		return reason
	}
	return sdk.Malformed
}
