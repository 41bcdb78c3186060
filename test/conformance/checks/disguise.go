package checks

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// disguises returns the texts that a value may be in disguise: without its separators, reversed,
// rotated, as an address, and decoded.
func disguises(text string) []string {
	bare := squeezed(text)
	all := append([]string{bare, reversed(text), reversed(bare), rotated(text)}, addressesIn(bare)...)
	if plain, err := url.QueryUnescape(text); err == nil {
		all = append(all, plain)
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :;,.#|-_", r) })
	for _, part := range append(parts, text, bare) {
		all = append(all, decoded(part)...)
	}
	return all
}

var twelveDigits = regexp.MustCompile(`[0-9]{12}`)

// addressesIn returns the IPv4 addresses that are written without dots, each number with three
// digits.
func addressesIn(text string) (all []string) {
	for _, digits := range twelveDigits.FindAllString(text, -1) {
		var numbers []string
		for group := range slices.Chunk([]byte(digits), 3) {
			number, _ := strconv.Atoi(string(group))
			numbers = append(numbers, strconv.Itoa(number))
		}
		if address, err := netip.ParseAddr(strings.Join(numbers, ".")); err == nil {
			all = append(all, address.String())
		}
	}
	return all
}

// decoded returns the texts that a text encodes.
func decoded(text string) (all []string) {
	text = strings.TrimRight(text, "=")
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
		base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString,
	} {
		if plain, err := decode(text); err == nil && len(plain) > 0 {
			all = append(all, string(plain), reversed(string(plain)))
		}
	}
	return all
}

// leastDigest is the number of digits of a digest that do not occur by chance.
const leastDigest = 16

var hexadecimal = regexp.MustCompile(`[0-9a-f]{16,}`)

// digestsIn returns the parts of a text that may be digests, or their beginnings.
func digestsIn(text string) []string {
	return hexadecimal.FindAllString(strings.ToLower(squeezed(text)), -1)
}

// digested reports whether a digest of the name without a key is among the texts. Such a digest is
// found by trying names.
func digested(texts []string, name string) bool {
	if len(texts) == 0 {
		return false
	}
	var digests []string
	for _, written := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
		short, long, longer := md5.Sum([]byte(written)), sha1.Sum([]byte(written)), sha256.Sum256([]byte(written))
		digests = append(digests, hex.EncodeToString(short[:]), hex.EncodeToString(long[:]),
			hex.EncodeToString(longer[:]))
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(digests, func(digest string) bool {
			return strings.Contains(digest, text) || strings.Contains(text, digest[:leastDigest])
		})
	})
}

// squeezed returns the letters and digits of a text.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if alphanumeric(r) {
			return r
		}
		return -1
	}, text)
}

// rotated returns the text with each letter of ASCII moved by half of the alphabet (ROT13).
func rotated(text string) string {
	return strings.Map(func(r rune) rune {
		switch lower := r | 0x20; {
		case 'a' <= lower && lower <= 'm':
			return r + 13
		case 'n' <= lower && lower <= 'z':
			return r - 13
		}
		return r
	}, text)
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}
