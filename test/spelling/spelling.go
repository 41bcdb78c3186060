// Package spelling finds a name in a text, however the name is written. It is deliberately slow and
// plain: it judges code that is fast, and shares nothing with it.
package spelling

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

// Finds reports whether text holds the name in any usual spelling: in upper or lower case, escaped as
// in JSON or in a URL, in hexadecimal, or in base64 at any of its three alignments. It also finds
// other notations of an address, a hardware address, a host name and a distinguished name.
func Finds(text, name string) bool { return In(text).Holds(name) }

// Text is a text that is searched for many names.
type Text struct{ as, lower string }

// In prepares a text for [Text.Holds].
func In(text string) Text { return Text{text, strings.ToLower(text)} }

// Holds reports whether the text holds the name, as [Finds] does.
func (t Text) Holds(name string) bool {
	for _, spelling := range append(spellings(name), notations(name)...) {
		if strings.Contains(t.lower, strings.ToLower(spelling)) {
			return true
		}
	}
	for _, cased := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
		for _, spelling := range inBase64(cased) {
			if strings.Contains(t.as, spelling) {
				return true
			}
		}
	}
	return false
}

func spellings(name string) []string {
	quoted, _ := json.Marshal(name) // a string always encodes
	return []string{
		name, strings.Trim(string(quoted), `"`), url.QueryEscape(name), url.PathEscape(name),
		hex.EncodeToString([]byte(name)),
		hex.EncodeToString([]byte(strings.ToLower(name))),
	}
}

// inBase64 returns the substrings of which one must occur in the base64 of any text that holds the
// name: the name encoded at each alignment, without the characters that its neighbors change.
func inBase64(name string) []string {
	var all []string
	for shift := range 3 {
		padded := append(make([]byte, shift), name...)
		whole := len(padded) / 3 * 3
		first := (shift*8 + 5) / 6
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if encoded := encoding.EncodeToString(padded[:whole]); len(encoded)-first >= 6 {
				all = append(all, encoded[first:])
			}
		}
	}
	return all
}
