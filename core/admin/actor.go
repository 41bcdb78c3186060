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

// ActorHeader is where a product's front end names the person that it has logged in. It is believed because only who
// may open the socket can send it, and what is recorded says by whom it was sent.
const ActorHeader = "Usagedata-Actor"

// MaxActor bounds the name of somebody who decides, in bytes; a decision holds it and the user behind it.
const MaxActor = 100

type actorKey struct{}

// known is who stands behind a request. A user at the other end of the socket may speak for somebody.
type known struct {
	name   string
	speaks bool
}

// Peer is the http.Server's ConnContext for a unix socket: it notes the user at the other end, as the kernel knows it.
func Peer(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, actorKey{}, known{name: peer(c), speaks: true})
}

// WithActor notes who is known to stand behind what is asked, by a way in that has its own login. The header is not
// believed there: anybody's browser could send it.
func WithActor(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, actorKey{}, known{name: name})
}

// Actor is who asks, for the record: "NAME, by USER" where a front end speaks for somebody, and the user alone where
// nobody is named.
func Actor(r *http.Request) string {
	who, _ := r.Context().Value(actorKey{}).(known)
	who.name = cmp.Or(who.name, nobody)
	if name := r.Header.Get(ActorHeader); who.speaks && IsActor(name) {
		return name + ", by " + who.name
	}
	return who.name
}

// nobody is recorded where not even the kernel knows who asked.
const nobody = "an unknown user"

// IsActor reports whether name may be recorded as that of somebody who decides: a line with something to see at both
// of its ends.
func IsActor(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	last, _ := utf8.DecodeLastRuneInString(name)
	return name != "" && IsLine(name, MaxActor) && !blank(first) && !blank(last)
}

// blank reports whether r is printable and shows nothing: a space, the empty pattern of Braille, or a filler of Hangul.
func blank(r rune) bool {
	return r == ' ' || r == '\u2800' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// IsLine reports whether text is one line of printable characters, of at most so many bytes, so that no name can look
// like another line or hide a part of itself.
func IsLine(text string, most int) bool {
	return len(text) <= most && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// peer names the user at the other end: by the account's name, or by its number if it has none.
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
