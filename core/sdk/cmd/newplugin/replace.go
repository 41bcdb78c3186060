package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/sdk"
)

// replacer replaces every text of a recording that is not known: the names of the members, the
// values, and the parts of paths. The same text gets the same replacement within a recording, so
// that a path made of an answer still leads to its answer. No two recordings have a replacement in
// common.
type replacer struct {
	key      anonymize.Key
	scrubber *anonymize.Scrubber
	plugin   vocabulary
	replaced map[string]bool       // values that were replaced, in lower case
	v4       map[string]netip.Addr // by pseudonym
	odd      map[string]bool       // names of members that were kept although they are not known
}

func newReplacer(plugin vocabulary) *replacer {
	var words []string
	for text := range plugin.texts {
		words = append(words, wordsOf(text)...)
	}
	key := anonymize.EphemeralKey()
	return &replacer{key: key, scrubber: anonymize.NewScrubber(key, words), plugin: plugin,
		replaced: map[string]bool{}, v4: map[string]netip.Addr{}, odd: map[string]bool{}}
}

// maxDigits is the length of the longest number that is kept. A longer one can be a phone number or
// an account, so only its length and its first two digits are kept.
const maxDigits = 4

var (
	whole    = regexp.MustCompile(`^-?\d+$`)
	fraction = regexp.MustCompile(`^-?\d{1,4}\.\d{1,2}$`)
	host     = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.[A-Za-z]{2,}\.?$`)
)

// held returns a text that is a value, or its replacement.
func (r *replacer) held(text string) string {
	replacement := r.text(text)
	if replacement != text {
		r.replaced[strings.ToLower(text)] = true
	}
	return replacement
}

// text returns a text or its replacement.
func (r *replacer) text(text string) string {
	switch {
	case text == "" || r.plugin.texts[strings.ToLower(text)] || fraction.MatchString(text):
		return text
	case whole.MatchString(text):
		return r.digits(text)
	}
	scrubbed, count := r.scrubber.Scrub(text)
	if count == 0 {
		return text
	}
	return r.shaped(text, scrubbed)
}

// shaped returns a replacement of the same sort, so that a plugin that parses it takes the same way.
func (r *replacer) shaped(text, scrubbed string) string {
	of, _, _ := strings.Cut(scrubbed, "-")
	switch sole := !strings.ContainsAny(scrubbed, " []"); {
	case sole && of == "address":
		return r.address(text, scrubbed)
	case sole && of == "mac":
		sum := r.hash(scrubbed)
		return fmt.Sprintf("02:%02x:%02x:%02x:%02x:%02x", sum[0], sum[1], sum[2], sum[3], sum[4])
	case sole && of == "email":
		return scrubbed + "@example.invalid"
	case sole && of == "uri":
		scheme, rest, _ := strings.Cut(text, ":")
		if strings.HasPrefix(rest, "//") {
			return strings.ToLower(scheme) + "://" + scrubbed + ".invalid/"
		}
		return strings.ToLower(scheme) + ":" + scrubbed + "@example.invalid"
	case host.MatchString(text):
		return "host-" + r.id(text) + ".invalid"
	}
	return "name-" + r.id(text)
}

// address returns an address for documentation or measurements in place of another one.
func (r *replacer) address(text, pseudonym string) string {
	if parsed, err := netip.ParseAddr(text); err == nil && parsed.Is4() {
		if _, ok := r.v4[pseudonym]; !ok {
			n := len(r.v4) + 1
			r.v4[pseudonym] = netip.AddrFrom4([4]byte{198, 18 + byte(n>>16)&1, byte(n >> 8), byte(n)})
		}
		return r.v4[pseudonym].String()
	} else if err == nil {
		at := netip.MustParseAddr("2001:db8::").As16()
		sum := r.hash(pseudonym)
		copy(at[8:], sum[:8])
		return netip.AddrFrom16(at).String()
	}
	return "name-" + r.id(text)
}

// digits replaces all digits of a long number except the first two. Numbers by which programs mean
// unknown stay.
func (r *replacer) digits(text string) string {
	sign, digits := "", text
	if strings.HasPrefix(text, "-") {
		sign, digits = "-", text[1:]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if len(digits) <= maxDigits || err == nil && sdk.IsSentinel(n) || digits == "18446744073709551615" {
		return text
	}
	if len(digits) > 20 {
		digits = digits[:20]
	}
	first := digits[:2]
	if len(digits) > 18 {
		first = digits[:1] + "0" // so that the number still fits its type
	}
	sum := r.hash(text)
	tail := new(big.Int).SetBytes(sum[:]).String()
	return sign + first + tail[:len(digits)-2]
}

func (r *replacer) hash(text string) [sha256.Size]byte { return sha256.Sum256([]byte(r.id(text))) }

func (r *replacer) id(text string) string { return r.key.ID("recording", strings.ToLower(text)) }

// removed takes the place of a secret.
const removed = "removed"

var secretMember = regexp.MustCompile(`passw|passphrase|passcode|pwd|secret|token|credential|cookie|session_?id|authoriz|` +
	`api_?-?key|private_?-?key|community|(^|[^a-z])pin($|[^a-z])|Pin($|[^a-z])`)

// secretNumber finds the members whose number itself is the secret.
var secretNumber = regexp.MustCompile(`(?i)(passwo?r?d|passphrase|passcode|pwd|pin|secret|token|credential|key|id)s?$`)

// isSecret reports whether the value of a member must not be stored at all.
func isSecret(name string) bool {
	return secretMember.MatchString(name) || secretMember.MatchString(strings.ToLower(name))
}

// value returns the replacement of a decoded value, which has [json.Number] for numbers. Nothing of
// a secret stays.
func (r *replacer) value(value any, secret bool) any {
	switch is := value.(type) {
	case map[string]any:
		return r.object(is, secret)
	case []any:
		list := make([]any, len(is))
		for i, entry := range is {
			list[i] = r.value(entry, secret)
		}
		return list
	case string:
		if secret && is != "" {
			return removed
		}
		return r.held(is)
	case json.Number:
		if secret {
			return json.Number("0")
		}
		return r.number(is)
	default: // true, false, null
		return value
	}
}

// number keeps three digits of a fraction, because two fractions can be a place on a map.
func (r *replacer) number(n json.Number) json.Number {
	if whole.MatchString(n.String()) {
		return json.Number(r.digits(n.String()))
	}
	f, err := n.Float64()
	if err != nil {
		return "0"
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 2, 64), 64) // its own output is valid
	text, err := json.Marshal(rounded)
	if err != nil {
		return "0"
	}
	return json.Number(text)
}

// object replaces the values of an object, and the names of the members that can be names of the
// customer.
func (r *replacer) object(members map[string]any, secret bool) map[string]any {
	keyed := r.isKeyed(members)
	replaced := make(map[string]any, len(members))
	for name, value := range members {
		switch is := value.(type) {
		case string:
			if !versionMember.MatchString(name) || !r.plugin.isVersion(is) {
				value = r.value(is, secret || isSecret(name))
			}
		case json.Number: // 8 of passwordMinLength is no secret
			value = r.value(is, secret || isSecret(name) && secretNumber.MatchString(name))
		default:
			value = r.value(is, secret || isSecret(name))
		}
		replaced[r.member(name, keyed)] = value
	}
	return replaced
}

// versionMember finds the members that can have a version. In any other member, 10.33.7 can be a
// part of an address.
var versionMember = regexp.MustCompile(`(?i)version|release|build|firmware`)

var identifier = regexp.MustCompile(`^[A-Za-z_$@][A-Za-z0-9_$@-]{0,63}$`)

// member returns the name of a member, or its replacement: in an object that is keyed by names, and
// if it is no identifier of a program, or has a part that was replaced elsewhere.
func (r *replacer) member(name string, keyed bool) string {
	switch {
	case r.isMember(name):
		return name
	case keyed, !identifier.MatchString(name):
		return r.held(name)
	case r.replaced[strings.ToLower(name)],
		slices.ContainsFunc(wordsOf(name), func(word string) bool { return len(word) > 2 && r.replaced[word] }):
		return r.text(name)
	}
	r.odd[name] = true
	return name
}

// isMember reports whether the plugin has the name, or all its words are ordinary ones.
func (r *replacer) isMember(name string) bool {
	if r.plugin.texts[strings.ToLower(name)] || r.plugin.texts[strings.ToLower(strings.ReplaceAll(name, "-", ""))] {
		return true
	}
	words := wordsOf(name)
	unknown := func(word string) bool { return !r.scrubber.Knows(word) && !anonymize.Ordinary(word) }
	return identifier.MatchString(name) && !strings.ContainsAny(name, "0123456789") && len(words) > 0 &&
		!slices.ContainsFunc(words, unknown)
}

// isKeyed reports whether the members of an object are keyed by names: no member is known, the values
// are objects with the same members, or they are numbers of which half or more have unknown names.
// Those may be users, and one of them, or their total, can have a known name.
func (r *replacer) isKeyed(members map[string]any) bool {
	known := 0
	for name := range members {
		if r.isMember(name) {
			known++
		}
	}
	return known == 0 || len(members) > 1 && alike(members) || known*2 <= len(members) && numbers(members)
}

func numbers(members map[string]any) bool {
	for _, value := range members {
		if _, is := value.(json.Number); !is {
			return false
		}
	}
	return true
}

func alike(members map[string]any) bool {
	var first string
	for _, value := range members {
		object, is := value.(map[string]any)
		if !is {
			return false
		}
		var names []string
		for name := range object {
			names = append(names, name)
		}
		slices.Sort(names)
		switch joined := strings.Join(names, "\x00"); first {
		case "", joined:
			first = joined
		default:
			return false
		}
	}
	return true
}

// wordsOf returns the words of an identifier, in lower case: device and model of deviceModel,
// device-model and DEVICE_MODEL.
func wordsOf(name string) (words []string) {
	start, last := 0, rune(0)
	add := func(end int) {
		if word := strings.ToLower(name[start:end]); word != "" {
			words = append(words, word)
		}
	}
	for i, c := range name {
		switch {
		case !unicode.IsLetter(c):
			add(i)
			start = i + len(string(c))
		case unicode.IsUpper(c) && unicode.IsLower(last):
			add(i)
			start = i
		}
		last = c
	}
	add(len(name))
	return words
}
