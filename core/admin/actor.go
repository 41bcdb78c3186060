package admin

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"os/user"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/admin/server"
)

// ActorHeader is the header in which a product's front end names the person that it has logged in.
// It is trusted because only users that may open the socket can send it, and the record also names
// the user that sent it.
const ActorHeader = "Usagedata-Actor"

// MaxActor bounds the name of a person in a decision, in bytes; a decision holds that name and the
// user's.
const MaxActor = 100

type actorKey struct{}

// requester is the user of a request. A front end may name the person for whom it sends the
// request; a browser may not.
type requester struct {
	name          string
	mayNamePerson bool
}

// Peer is the ConnContext of an [http.Server] for a unix socket: it notes the user at the other
// end, as the kernel knows it.
func Peer(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, actorKey{}, requester{name: peer(c), mayNamePerson: true})
}

// WithActor notes the person behind a request, for a page or API that has its own login. The header
// is not trusted there: any browser could send it.
func WithActor(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, actorKey{}, requester{name: name})
}

// Actor returns the person behind a request, for the record: "NAME, by USER" if a front end names a
// person, and otherwise the user alone.
func Actor(r *http.Request) string {
	from, _ := r.Context().Value(actorKey{}).(requester)
	from.name = cmp.Or(from.name, unknownUser)
	if name := r.Header.Get(ActorHeader); from.mayNamePerson && IsActor(name) {
		return name + ", by " + from.name
	}
	return from.name
}

// unknownUser is recorded if the kernel does not know the user either.
const unknownUser = "an unknown user"

// IsActor reports whether name may be recorded as that of a person behind a decision: one line with
// a visible character at both of its ends.
func IsActor(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	return name != "" && IsLine(name, MaxActor) && !blank(first) && !blank(last)
}

// blank reports whether r is printable but invisible: a space, the empty pattern of Braille, or a
// filler of Hangul.
func blank(r rune) bool {
	return r == ' ' || r == '\u2800' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// IsLine reports whether text is one line of printable characters, of at most so many bytes. Such a
// name cannot look like another line or hide a part of itself.
func IsLine(text string, most int) bool {
	return len(text) <= most && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// peer returns the name of the user at the other end: the account's name, or its number if it has
// none.
func peer(c net.Conn) string {
	number, err := server.User(c)
	if err != nil {
		return ""
	}
	id := strconv.FormatUint(uint64(number), 10)
	if account, err := user.LookupId(id); err == nil && IsActor(account.Username) {
		return account.Username
	}
	return "user " + id
}
