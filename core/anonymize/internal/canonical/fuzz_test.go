package canonical_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

var kinds = []kind.Kind{
	kind.Address, kind.MAC, kind.Hostname, kind.User, kind.Email, kind.URI, kind.Phone, kind.Device, kind.Name,
}

// Every kind's parser takes whatever comes, and gives the same every time.
func FuzzForm(f *testing.F) {
	for i, text := range []string{
		"[fe80::1%eth0]:80", "00:e0:db:12:34:59", "münchen.example.com:80", `ACME\jane`, "Jane <j@x.de>", "sip:a%40b:c@[::1]:5060;x?y",
		"+49 (0)89 ext 5", "cn=a\\2c b+ou=c", "\u0345\u1fb3", "http://u:p@1/%2f?q#f", "tel:", "1.0.ip6.arpa", "<", "a@", "0x", `\`,
	} {
		f.Add(byte(i), text)
	}
	f.Fuzz(func(t *testing.T, which byte, text string) {
		of := kinds[int(which)%len(kinds)]
		turned, form := canonical.Form(of, text)
		again, same := canonical.Form(of, text)
		if turned != again || form != same {
			t.Errorf("got %s %q, then %s %q", turned, form, again, same)
		}
		if utf8.ValidString(text) && !utf8.ValidString(form) && of != kind.User && of != kind.Device && of != kind.Name && of != kind.URI {
			t.Errorf("got a form that is no text: %q", form)
		}
	})
}

// Folding what is folded changes nothing: a name that a source had folded before is the same name.
func TestFoldedOnceIsFolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once := canonical.Folded(text)
		if twice := canonical.Folded(once); twice != once {
			t.Fatalf("got %q, folded again %q", once, twice)
		}
	})
}

// The forms of addresses, hardware addresses and host names are spellings of themselves.
func TestFormIsItsOwnForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.SampledFrom([]kind.Kind{kind.Address, kind.MAC, kind.Hostname, kind.Phone, kind.Email}).Draw(t, "kind")
		text := rapid.StringMatching(`[0-9a-fA-F:.@+ -]{1,40}|[a-zäöüß]{1,12}(\.[a-zé]{1,12}){0,3}\.?`).Draw(t, "text")
		turned, form := canonical.Form(of, text)
		if again, same := canonical.Form(turned, form); turned != kind.Name && (again != turned || same != form) {
			t.Fatalf("%s %q: got %s %q, whose own form is %s %q", of, text, turned, form, again, same)
		}
	})
}
