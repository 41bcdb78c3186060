package canonical_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/runenames"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

var kinds = []kind.Kind{
	kind.Address, kind.MAC, kind.Hostname, kind.User, kind.Email, kind.URI, kind.Phone, kind.Device, kind.System,
	kind.Site, kind.Name,
}

// ownForm checks that a form is text and its own form, in a field of its kind and of the kind that
// it turned out to be.
func ownForm(t interface{ Errorf(string, ...any) }, of kind.Kind, text string) {
	turned, form := canonical.Form(of, text)
	for _, k := range []kind.Kind{of, turned} {
		if again, same := canonical.Form(k, form); again != turned || same != form {
			t.Errorf("%s %q: got %s %q, whose own form as %s is %s %q", of, text, turned, form, k, again, same)
		}
	}
	if !utf8.ValidString(form) {
		t.Errorf("%s %q: got a form that is no text: %q", of, text, form)
	}
}

// [canonical.Form] accepts any input for every kind, and a form is its own form.
func FuzzForm(f *testing.F) {
	for i, text := range []string{
		"[fe80::1%eth0]:80", "00:e0:db:12:34:59", "münchen.example.com:80", `ACME\jane`, "Jane <j@x.de>",
		"sip:a%40b:c@[::1]:5060;x?y",
		"+49 (0)89 ext 5", "cn=a\\2c b+ou=c", "\u0345\u1fb3", "http://u:p@1/%2f?q#f", "tel:", "1.0.ip6.arpa", "<",
		"a@", "0x", `\`,
		"10.1.0.0/24", "fe80::%25eth0/64", "MAC:00:e0:db:12:34:59.", "smtp:a@b.example;", "sip:7;ext=1@b;opaque=x",
		"\u200b１０．０．０．１", "\xe9\u3000٧",
		`"'<a>'";,`, "https://[fe80::1%25eth0]:8443/?a<b>;", "h323:a%2c", "cn=a\\;b,ou=c\\,", "10.1.0.0 255.255.0.0",
		"x@[IPv6:::1]", "1-2 x3;isub=4", "A://%800",
	} {
		for k := range kinds {
			f.Add(byte(i+k), text)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, text string) {
		ownForm(t, kinds[int(which)%len(kinds)], text)
	})
}

// hidden are characters that a reader of a text does not see.
var hidden = []string{"\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e", "\u034f", "\ufe0f", "\u3164", "\x00",
	"\x7f", "\u0085"}

// pieces are parts from which values are written, and characters that do not belong in a value.
var pieces = []string{
	"10", "0", "1", "255", "fe80", "::", "ff", ".", ":", "/", "24", "%", "25", "eth0", "[", "]", "<", ">", `"`, "'",
	"(",
	")", ";", ",", "@", "?", "#", `\`, "+",
	"=", "-", " ", "  ", "\u00a0", "\u3000", "\t", "1", "７", "٧", "०", "ｋａｓｓｅｌ", "kassel", "KASSEL", "ß", "ẞ", "ä",
	"a\u0308", "\u0301", "\u20e3", "…", "②", "–",
	"sip:", "SIPS:", "tel:", "mailto:", "smtp:", "h323:", "https://", "mac ", "hwaddr ", "ip:", ";ext=7", ";isub=1",
	";opaque=A%3bB", ";transport=tcp",
	"cn=", "ou=", "dc=", "xn--", "xn--mnchen-3ya", "in-addr.arpa", "ip6.arpa", "ipv6-literal.net", "example",
	"00:e0:db:12:34:59", "10.1.0.0", "0x0a", "ext", "x",
	"%2c", "%3b", "%40", "%e2%80%8b", "%00", "%ff", "\xff", `\20`, `\e9`,
}

// ANON-1: forms whose signs or letters could be parsed in another way.
func TestFormOfSignsIsItsOwnForm(t *testing.T) {
	for _, text := range []string{
		"sip:a%40x@c.example", "sip:a%3bext=7@c.example", "sip:a%3ab@c.example", "sip:a%253b@c.example", "h323:a%2c",
		"h323:%3cb%3e", "sip:a@c.example;opaque=b%3bc%2c", "tel:7;opaque=%3b",
		"https://a%20b:c@d.example/e,#f", "https://%80.example/", "https://x/?<b>#c", "https://x/?a<b>c",
		"https://jane@[fe80::1%2525eth0]/", `cn=a\;o=b`, `cn=a\+o=b`, `cn=a\,`, `cn=\22a\22`, `cn=a\\,`, `cn=a"b,ou=c`,
		`cn=a\"`, `cn="a\"b",ou=c`, `cn=a\20`,
		"CN = x@y:5060", "a%2540b@c.example", "mailto:a@%c2%80x.example", `mailto:%22a%22@c.example`,
		strings.Repeat("a", 57) + "ßßß", "fe80::1%2525eth0", "¨a", "ᾳͅ", "xn--0-p10i", "00  e0 db 12 34 59",
		`"";`, ";;", "<;>",
	} {
		for _, of := range kinds {
			ownForm(t, of, text)
		}
	}
	for r := range unicode.MaxRune {
		if unicode.IsGraphic(r) && r >= utf8.RuneSelf {
			ownForm(t, kind.Hostname, "a"+string(r)+"1")
		}
	}
}

// ANON-1: a form is its own form for every kind, whatever comes before, between and after the
// pieces.
func TestFormIsItsOwnForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom(kinds).Draw(t, "kind")
		piece := rapid.OneOf(rapid.SampledFrom(pieces), rapid.SampledFrom(hidden), rapid.StringN(0, 3, -1))
		ownForm(t, of, strings.Join(rapid.SliceOfN(piece, 0, 9).Draw(t, "text"), ""))
	})
}

// P14: invisible characters change neither form nor kind, in a field of any kind.
func TestP14HiddenCharactersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of, values := rapid.SampledFrom(kinds).Draw(t, "kind"), []string{
			"10.33.7.21", "fe80::1%eth0", "10.1.0.0/24", "00:e0:db:12:34:59", "kassel.example.com", "jane@x.example",
			"sip:7@x.example;ext=7",
			"+49 89 123456", `ACME\jane`, "cn=jane,dc=acme", "Boardroom 7",
		}
		text := rapid.SampledFrom(values).Draw(t, "value")
		turned, form := canonical.Form(of, text)
		signs := []rune(text)
		at := rapid.IntRange(0, len(signs)).Draw(t, "at")
		with := string(signs[:at]) + rapid.SampledFrom(hidden[:len(hidden)-1]).Draw(t, "hidden") + string(signs[at:])
		wide := rapid.Bool().Draw(t, "wide")
		if wide {
			with = widened(with)
		}
		if again, same := canonical.Form(of, "\u3000"+with+"\u00a0"); again != turned || same != form {
			t.Fatalf("%s %q: got %s %q, want %s %q as for %q", of, with, again, same, turned, form, text)
		}
	})
}

// widened writes ASCII as full-width characters.
func widened(text string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r - '!' + '！'
		}
		return r
	}, text)
}

// Folding a folded name changes nothing ([canonical.Folded]): a name that a source had folded
// already is the same name.
func TestFoldedOnceIsFolded(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, text string) {
		once := canonical.Folded(text)
		if twice := canonical.Folded(once); twice != once {
			t.Fatalf("%q: got %q, folded again %q", text, once, twice)
		}
	}
	for r := range unicode.MaxRune {
		if unicode.IsGraphic(r) {
			check(t, "a"+string(r)+"a")
		}
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "text")) })
}

// P14: a decimal digit of any script is folded to the digit in its Unicode name.
func TestP14DigitsOfAllScripts(t *testing.T) {
	names := strings.Fields("ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE")
	for r := range unicode.MaxRune {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		got := canonical.Folded(string(r))
		if len(got) != 1 || got[0] < '0' || got[0] > '9' || !strings.HasSuffix(runenames.Name(r), names[got[0]-'0']) {
			t.Errorf("%U %s: got %q", r, runenames.Name(r), got)
		}
	}
}
