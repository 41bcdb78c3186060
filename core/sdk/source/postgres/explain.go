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

// explained gives an error its reason and tells the log the SQLSTATE, which is as good as a word
// from a closed list, and what to look at.
func (s *Server) explained(err error) error {
	var answered *pgconn.PgError
	if errors.As(err, &answered) {
		cause := causeOf(answered)
		if sqlState.MatchString(answered.Code) {
			s.tell("the database server answered", hinted(cause.hint, "error", answered.Code)...)
		}
		return sdk.NotAvailable(cause.reason)
	}
	for _, known := range libraryErrors {
		if strings.Contains(err.Error(), known.words) {
			s.tell(known.sentence, hinted(known.hint)...)
			return sdk.NotAvailable(sdk.Untrusted)
		}
	}
	return sdk.NotAvailable(withoutAnswer(err))
}

func hinted(hint string, pairs ...any) []any {
	if hint == "" {
		return pairs
	}
	return append(pairs, "hint", hint)
}

// libraryErrors have no type to know them by.
var libraryErrors = []struct{ words, sentence, hint string }{
	{"server refused TLS connection", "the database server has no TLS",
		"enable TLS on the server, or in the connection pool before it"},
	{"authentication method requirement", "the database server requested the password in clear",
		"configure TLS, or an authentication that does not send the password in clear"},
}

// cause is what an answer of the server means, and what an administrator may look at.
type cause struct {
	reason sdk.Reason
	hint   string
}

var (
	full = cause{sdk.SourceFailed, "too many connections: look at the limits of the role, the database, the server and " +
		"the connection pool"}
	login = cause{sdk.LoginRefused, "look at the credentials, until when the role is valid, and at the rules " +
		"for authentication on the server"}
	forbidden  = cause{sdk.NotPermitted, "look at the permissions of the role"}
	late       = cause{sdk.TimedOut, ""}
	starting   = cause{sdk.SourceStarting, ""}
	noDatabase = cause{sdk.NotFound, "look at the setting name"}
	notHere    = cause{sdk.NotOnRelease, ""}
	unreached  = cause{sdk.SourceFailed, "the connection pool has no connection to the server: look at its own log"}
	unexpected = cause{sdk.SourceFailed, ""}
)

// codes maps SQLSTATEs.
var codes = map[string]cause{
	"42501": forbidden,           // insufficient_privilege
	"53300": full,                // too_many_connections
	"57014": late, "55P03": late, // query_canceled, lock_not_available
	"57P01": starting, "57P02": starting, "57P03": starting, // admin_shutdown, crash_shutdown, cannot_connect_now
	"3D000": noDatabase, "57P04": noDatabase, // invalid_catalog_name, database_dropped
	"42P01": notHere, "42703": notHere, "3F000": notHere, "42704": notHere, // undefined table, column, schema, object
}

// poolSays are words of what a connection pool answers, in place of the server or as the server told it, with one
// SQLSTATE for nearly all.
var poolSays = []struct {
	words string
	cause
}{
	{"unsupported startup parameter", cause{sdk.SourceFailed,
		"the connection pool has to ignore the parameters application_name and client_encoding"}},
	{"no more connections allowed", full},
	{"too many clients", full},
	{"too many connections", full},
	{"connection slots are reserved", full},
	{"query_wait_timeout", cause{sdk.TimedOut, unreached.hint}},
	{"client_login_timeout", cause{sdk.TimedOut, unreached.hint}},
	{"query timeout", late},
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

// absentDatabase is how a server says it, whichever SQLSTATE a pool makes of it.
var absentDatabase = regexp.MustCompile(`^database ".*" does not exist$`)

// causeOf knows an answer by its SQLSTATE, of which the first two characters are the class, or by a pool's words.
func causeOf(answered *pgconn.PgError) cause {
	if known, ok := codes[answered.Code]; ok {
		return known
	}
	if absentDatabase.MatchString(answered.Message) {
		return noDatabase
	}
	if strings.HasPrefix(answered.Code, "08") || answered.Code == "XX000" {
		for _, known := range poolSays {
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
