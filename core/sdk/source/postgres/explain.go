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

// The reason for a case without a more specific word in the closed list.
const (
	noRow = sdk.NotFound // the product has not written anything there
)

// failure returns an error that keeps only the reason of its cause, because the text of the cause
// may contain names, addresses and values.
func (s *Server) failure(subject string, cause error) error {
	if cause == nil {
		return nil
	}
	return fmt.Errorf("read %s: %w", subject, s.explained(cause))
}

var sqlState = regexp.MustCompile(`^[0-9A-Z]{5}$`)

// explained returns the reason for an error. It logs a hint for the administrator and the SQLSTATE,
// which cannot identify a customer because it comes from a fixed list.
func (s *Server) explained(err error) error {
	var answered *pgconn.PgError
	if errors.As(err, &answered) {
		cause := causeOf(answered)
		if sqlState.MatchString(answered.Code) {
			s.warnOnce("the database server answered", withHint(cause.hint, "error", answered.Code)...)
		}
		return sdk.NotAvailable(cause.reason)
	}
	for _, known := range libraryErrors {
		if strings.Contains(err.Error(), known.words) {
			s.warnOnce(known.sentence, withHint(known.hint)...)
			return sdk.NotAvailable(sdk.Untrusted)
		}
	}
	return sdk.NotAvailable(connectionReason(err))
}

func withHint(hint string, pairs ...any) []any {
	if hint == "" {
		return pairs
	}
	return append(pairs, "hint", hint)
}

// libraryErrors lists errors of the library that have no type of their own.
var libraryErrors = []struct{ words, sentence, hint string }{
	{"server refused TLS connection", "the database server has no TLS",
		"enable TLS on the server, or in the connection pool before it"},
	{"authentication method requirement", "the database server requested the password in clear",
		"configure TLS, or an authentication that does not send the password in clear"},
}

// cause holds the meaning of a server's answer, and a hint for the administrator.
type cause struct {
	reason sdk.Reason
	hint   string
}

var (
	full = cause{sdk.SourceFailed, "too many connections: check the limits of the role, the database, the server and " +
		"the connection pool"}
	login = cause{sdk.LoginRefused, "check the credentials, until when the role is valid, and the rules " +
		"for authentication on the server"}
	forbidden    = cause{sdk.NotPermitted, "check the permissions of the role"}
	timedOut     = cause{sdk.TimedOut, ""}
	starting     = cause{sdk.SourceStarting, ""}
	noDatabase   = cause{sdk.NotFound, "check the setting name"}
	notOnRelease = cause{sdk.NotOnRelease, ""}
	unreached    = cause{sdk.SourceFailed, "the connection pool has no connection to the server: check its log"}
	unexpected   = cause{sdk.SourceFailed, ""}
)

// codes maps SQLSTATEs to causes.
var codes = map[string]cause{
	"42501": forbidden,                   // insufficient_privilege
	"53300": full,                        // too_many_connections
	"57014": timedOut, "55P03": timedOut, // query_canceled, lock_not_available
	"57P01": starting, "57P02": starting, "57P03": starting, // admin_shutdown, crash_shutdown, cannot_connect_now
	"3D000": noDatabase, "57P04": noDatabase, // invalid_catalog_name, database_dropped
	"42P01": notOnRelease, "42703": notOnRelease, // undefined_table, undefined_column
	"3F000": notOnRelease, "42704": notOnRelease, // invalid_schema_name, undefined_object
}

// poolMessages lists texts in the answers of a connection pool, its own or passed on from the
// server. A pool uses the same SQLSTATE for nearly all of them.
var poolMessages = []struct {
	words string
	cause
}{
	{"unsupported startup parameter", cause{sdk.SourceFailed,
		"the connection pool must ignore the parameters application_name and client_encoding"}},
	{"no more connections allowed", full},
	{"too many clients", full},
	{"too many connections", full},
	{"connection slots are reserved", full},
	{"query_wait_timeout", cause{sdk.TimedOut, unreached.hint}},
	{"client_login_timeout", cause{sdk.TimedOut, unreached.hint}},
	{"query timeout", timedOut},
	{"the database system is", starting},
	{"no such database", noDatabase},
	{"permission denied", forbidden},
	{"no such user", login},
	{"authentication failed", login},
	{"failed to authenticate", login},
	{"no pg_hba.conf entry", login},
	{"is not permitted to log in", login},
	{"not allowed", login},
	{"server login", unreached},
	{"cannot connect to server", unreached},
}

// absentDatabase matches the server's message about a missing database, for pools that change the
// SQLSTATE.
var absentDatabase = regexp.MustCompile(`^database ".*" does not exist$`)

// causeOf returns the cause of an answer by its SQLSTATE, whose first two characters are the class,
// or by the text of a connection pool.
func causeOf(answered *pgconn.PgError) cause {
	if known, ok := codes[answered.Code]; ok {
		return known
	}
	if absentDatabase.MatchString(answered.Message) {
		return noDatabase
	}
	if strings.HasPrefix(answered.Code, "08") || answered.Code == "XX000" {
		for _, known := range poolMessages {
			if strings.Contains(strings.ToLower(answered.Message), known.words) {
				return known.cause
			}
		}
	}
	if strings.HasPrefix(answered.Code, "28") { // invalid authorization
		return login
	}
	return unexpected
}

// connectionReason returns the reason for an error of the connection itself. An error that is
// neither a network error nor an expected end of the connection is [sdk.Malformed]: the library did
// not understand the answer.
func connectionReason(err error) sdk.Reason {
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
