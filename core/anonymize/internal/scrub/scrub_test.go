package scrub

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// acme holds the words of a product.
var acme = []string{"bridge", "Acme", "std", "vector", "com"}

// tokenOf returns, instead of a pseudonym, only the kind that a text turned out to be.
func tokenOf(k kind.Kind, text string) (string, bool) {
	turned, form := canonical.Form(k, text)
	return "<" + string(turned) + ">", form != ""
}

// ANON-1: known words stay, a text with an address's shape is replaced by its pseudonym, everything
// else is removed. The removed parts are exactly those that a line must not show.
func TestScrub(t *testing.T) {
	s := New(tokenOf, acme)
	for line, want := range map[string]string{
		"":                                              "",
		"dial failed: connection refused":               "[removed] failed: connection refused",
		"connection to 10.33.7.21:5061 lost":            "connection to <address> lost",
		"peer=10.33.7.21, up":                           "peer=<address>, up",
		"10.33.7.21->10.33.7.22":                        "[removed]><address>",
		"eth010.33.7.24":                                "[removed]",
		"peer [2001:DB8::1]:443 up":                     "peer [<address>]:[removed] up",
		"peer fe80::1%eth0.":                            "peer <address>.",
		"mac 00e0.db12.3459 up":                         "mac <mac> up",
		`{"mac":"00:e0:db:12:34:60"}`:                   `{"mac":"<mac>"}`,
		"02:e0:db:ff:fe:12:34:61":                       "<mac>",
		"host acme-core-01.corp.example.com":            "host [removed]",
		"node rec_room_9 up":                            "node [removed] up",
		"user jane.smith@clinic.example":                "user <email>",
		"From: <sip:jane@clinic.example;transport=tls>": "From: <<uri>>",
		"https://jane:x@clinic.example/?q=smith":        "<uri>",
		"http://169936661/ call":                        "<uri> call",
		"by Jane Ann Smith at 12:34:56":                 "by [removed] at 12:34:56",
		"Müller-Lüdenscheidt called":                    "[removed]",
		"CN=Jane Smith,OU=Radiology":                    "[removed]=[removed],[removed]=[removed]",
		`CLINIC\jsmith login`:                           "[removed] login",
		"dial 7001":                                     "[removed]",
		"error code 404 after 12 attempts":              "error code 404 after 12 attempts",
		"took 12ms, 3.5s":                               "[removed] 12ms, 3.5s",
		"version 6.4.0.178, build 7":                    "version 6.4.0.178, build 7",
		"version: 10.2.1.5":                             "version: 10.2.1.5",
		"version\n10.2.1.5":                             "version\n<address>",
		"version, 10.2.1.5":                             "version, <address>",
		"release 10.2.1.5":                              "release <address>",
		"Version.......... 10.2.1.5":                    "Version.......... 10.2.1.5",
		"version. 10.2.1.5":                             "version. <address>",
		`{"version":"10.2.1.5","peer":"10.33.7.21"}`:    `{"version":"10.2.1.5","peer":"<address>"}`,
		"firmware version is 10.2.1.5":                  "firmware version is 10.2.1.5",
		"manager version 7.5(2), 12.2(54)SG1":           "manager version 7.5(2), [removed]([removed])[removed]",
		"software suite [13.3R1.4]":                     "software suite [13.3R1.4]",
		"version (10.33.7.21)":                          "version (<address>)",
		"version 2.0-vienna":                            "version [removed]",
		"version 2.0-bridge":                            "version 2.0-bridge",
		"kernel: 10.33.7.21.5060 > 10.33.7.22.443":      "kernel: [removed] > [removed]",
		"release 0711.123456":                           "release [removed]",
		"build 415.555.0123":                            "build [removed]",
		"release 6.4.0-rc1":                             "release 6.4.0-rc1",
		"route 10.2.1.5 installed":                      "route <address> installed",
		"Acme 6.4.0.178 installed":                      "Acme 6.4.0.178 installed",
		"port 5060 is 10.2.1.5":                         "port 5060 is <address>",
		"std::vector com.acme.bridge":                   "std::vector com.acme.bridge",
		"acme-bridge-9":                                 "[removed]",
		"license U1234-5678-9ABC-DEF0":                  "license U1234-5678-9ABC-DEF0",
		"key U1234-5678-9ABC-DEF0":                      "key [removed]",
		"at 2026-07-01T12:34:56.789Z":                   "at 2026-07-01T12:34:56.789Z",
		"a\tfile\r\nlost\x1b[2Jd":                       "a file \nlost [[removed]",
		"--- ( ) ---":                                   "--- ( ) ---",
		"lost → found":                                  "lost [removed] found",
		"ﬁle":                                           "[removed]",
	} {
		if got, _ := s.Scrub(line); got != want {
			t.Errorf("%s:\n got %s\nwant %s", line, got, want)
		}
	}
}

func TestScrubCounts(t *testing.T) {
	_, got := New(tokenOf, nil).Scrub("by Jane Smith at 10.33.7.21")
	if got != 3 {
		t.Errorf("got %d replacements, want 3", got)
	}
}

// ANON-1: no word outside the vocabulary gets through, whatever surrounds it.
func TestScrubLetsNoUnknownWordThrough(t *testing.T) {
	s := New(tokenOf, nil)
	rapid.Check(t, func(t *rapid.T) {
		name := "q" + rapid.StringMatching(`[xzq]{3,9}[0-9]{0,3}`).Draw(t, "name")
		around := rapid.StringMatching(`[ -~äß\n]{0,30}`)
		out, _ := s.Scrub(around.Draw(t, "before") + name + around.Draw(t, "after"))
		if strings.Contains(out, name) {
			t.Fatalf("got the name through: %q", out)
		}
	})
}

// The scrubber accepts any input; its output is text without control characters except line breaks.
func FuzzScrub(f *testing.F) {
	s := New(tokenOf, acme)
	for _, line := range []string{"peer=10.33.7.21:5061, up", "<sip:a@b>", "::", "\xff\x00", "[[::1]]:", "12:34:56",
		"…"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out, _ := s.Scrub(text)
		if i := strings.IndexFunc(out, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
			t.Errorf("got a control character at %d of %q", i, out)
		}
		if strings.Contains(out, "10.33.7.") {
			t.Errorf("got an address through: %q", out)
		}
	})
}
