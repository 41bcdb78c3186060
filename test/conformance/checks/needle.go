package checks

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/spelling"
)

// needle is a text to search for, and its description for the report, which must not contain a
// customer's name.
type needle struct {
	text, called string
	word         bool // a short name counts only as a word of its own, because it may be an ordinary one
}

// numbered returns needles that a report describes only by their number in the configuration.
func numbered(name string, texts []string) (all []needle) {
	for i, text := range texts {
		all = append(all, needle{text: text, called: fmt.Sprintf("%s number %d", name, i+1)})
	}
	return all
}

// ofSecrets returns needles for secrets, and for their beginnings and ends: the few characters that a
// log cuts off can be guessed. Of a planted secret, which is no word, fewer characters suffice. Of a
// text with a colon, the beginning may be a user name, which is no secret; the password after it is a
// secret of its own.
func ofSecrets(secrets []string) (all []needle) {
	for _, n := range numbered("secret", secrets) {
		least := max(leastPart, len(n.text)*3/4)
		if scene.IsPlantedSecret(n.text) {
			least = leastPart
		}
		all = append(all, n)
		if len(n.text) > least && !strings.Contains(n.text, ":") {
			all = append(all, needle{text: n.text[:least], called: n.called},
				needle{text: n.text[len(n.text)-least:], called: n.called})
		}
	}
	return all
}

// find reports where the needles occur, in any spelling, and in values also disguised. Because
// there may be thousands of names, it first searches all texts at once for the names that occur
// anywhere.
//
// Characters that are not visible are left out before: they could be anywhere in a name.
func find(all []statement, needles []needle) (lines []string) {
	var whole strings.Builder
	all = slices.Clone(all)
	for i, t := range all {
		t.text = visible(t.text)
		all[i] = t
		whole.WriteString(t.text + "\n")
		if t.short {
			whole.WriteString(strings.Join(disguises(t.text), "\n") + "\n")
		}
	}
	in, digests := spelling.In(whole.String()), digestsIn(whole.String())
	needles = slices.DeleteFunc(slices.Clone(needles), func(n needle) bool {
		return !in.Holds(n.text) && !in.Holds(squeezed(n.text)) && !digested(digests, n.text)
	})
	for _, t := range all {
		for _, n := range needles {
			if t.holds(n) {
				lines = append(lines, t.where+" holds "+n.called)
			}
		}
	}
	return slices.Compact(lines)
}

// visible returns a text without the characters that a reader does not see, such as NUL, a byte order
// mark or a soft hyphen. White space stays.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// Minimum lengths: of a name that is searched for without its separators, and of one that is never
// a part of an ordinary word.
const (
	leastSqueezed = 5
	leastPart     = 8
)

// holds reports whether the text holds the name.
func (t statement) holds(n needle) bool {
	if t.short && digested(digestsIn(t.text), n.text) {
		return true
	}
	if n.word && len(n.text) < leastPart {
		return slices.ContainsFunc(append(disguises(t.text), t.text), func(text string) bool {
			return hasWord(text, n.text)
		})
	}
	if spelling.Finds(t.text, n.text) {
		return true
	}
	bare := squeezed(n.text)
	return t.short && slices.ContainsFunc(disguises(t.text), func(text string) bool {
		return spelling.Finds(text, n.text) || len(bare) >= leastSqueezed && spelling.Finds(text, bare)
	})
}

// hasWord reports whether the text holds the name without a letter or a digit directly before or
// after it.
func hasWord(text, name string) bool {
	text, name = strings.ToLower(text), strings.ToLower(name)
	for rest := text; ; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:at])
		after, _ := utf8.DecodeRuneInString(rest[at+len(name):])
		if !alphanumeric(before) && !alphanumeric(after) {
			return true
		}
		rest = rest[at+len(name):]
	}
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Minimum lengths of names: shorter ones occur in texts by chance.
const (
	leastName = 4 // for names listed in the configuration
	leastOwn  = 6 // for names of the machine
)

// ofThisMachine returns the names that only this machine has: its host name, addresses and hardware
// addresses, and its system's ids. A name that is also a word of the profile is left out, because
// its occurrence proves nothing.
func ofThisMachine(s *scene.Scenes) ([]needle, error) {
	host, err := os.Hostname()
	links, failed := net.Interfaces()
	addresses, failedToo := net.InterfaceAddrs()
	if err := errors.Join(err, failed, failedToo); err != nil {
		return nil, err
	}
	short, _, _ := strings.Cut(host, ".")
	all := []needle{{text: host, called: "this machine's host name"}, {text: short, called: "this machine's host name"}}
	for _, link := range links {
		all = append(all, needle{text: link.HardwareAddr.String(), called: "a hardware address of this machine"})
	}
	for _, address := range addresses {
		if prefix, err := netip.ParsePrefix(address.String()); err == nil && !prefix.Addr().IsLoopback() {
			all = append(all, needle{text: prefix.Addr().String(), called: "an address of this machine"})
		}
	}
	for path, called := range map[string]string{"/proc/sys/kernel/random/boot_id": "this machine's boot id",
		"/etc/machine-id": "this machine's id"} {
		text, _ := os.ReadFile(path) // not every system has it
		all = append(all, needle{text: strings.TrimSpace(string(text)), called: called})
	}
	words := strings.ToLower(strings.Join(s.Product.Profile.Words(), " "))
	return slices.DeleteFunc(all, func(n needle) bool {
		return len(n.text) < leastOwn || strings.Trim(n.text, "0:") == "" ||
			strings.Contains(words, strings.ToLower(n.text))
	}), nil
}
