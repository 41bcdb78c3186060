package anonymize_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/usage"
)

// gateFor is a gate after a cycle in which these values were pseudonymized.
func gateFor(t testing.TB, observations ...usage.Observation) *anonymize.LeakGate {
	t.Helper()
	names, err := anonymize.Appliance()
	if err != nil {
		t.Fatal(err)
	}
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	a.Apply(observations)
	return anonymize.NewLeakGate(names, a)
}

// encodings are the ways in which a value may come back.
var encodings = map[string]func(string) string{
	"plain":     func(s string) string { return s },
	"upper":     strings.ToUpper,
	"lower":     strings.ToLower,
	"json":      func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) },
	"ascii":     ascii,
	"query":     url.QueryEscape,
	"path":      url.PathEscape,
	"percent":   func(s string) string { return percent(s, "%%%02X") },
	"percent x": func(s string) string { return percent(strings.ToLower(s), "%%%02x") },
	"hex":       func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":       func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(strings.ToLower(s)))) },
	"base64 0":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s + "x")) },
	"base64 1":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte("_" + s + "?")) },
	"base64 2":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte("xx" + s)) },
	"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("user=" + s + "&")) },
	"base64 lower": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("?" + strings.ToLower(s)))
	},
	"base64 in lines": func(s string) string {
		return inLines(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 54)+s+strings.Repeat("y", 30))), 76)
	},
	"hex with colons":  func(s string) string { return "00" + percent(s, ":%02x") + ":00" },
	"hex with spaces":  func(s string) string { return "00" + percent(s, " %02X") + " 00" },
	"quoted printable": func(s string) string { return percent(s, "=%02X") },
	"escaped bytes":    func(s string) string { return percent(s, `\x%02x`) },
	"escaped units":    units,
	"HTML":             html.EscapeString,
	"HTML numbers":     func(s string) string { return entities(s, "&#%d;") },
	"HTML hex":         func(s string) string { return entities(s, "&#x%X;") },
	"mixed case":       mixed,
	"wide":             wide,
}

func inLines(text string, size int) string {
	var out strings.Builder
	for ; len(text) > size; text = text[size:] {
		out.WriteString(text[:size] + "\r\n")
	}
	return out.String() + text
}

func units(s string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&out, `\u%04x`, unit)
	}
	return out.String()
}

func entities(s, format string) string {
	var out strings.Builder
	for _, r := range s {
		fmt.Fprintf(&out, format, r)
	}
	return out.String()
}

func mixed(s string) string {
	var out strings.Builder
	for i, r := range s {
		if i%2 == 0 {
			r = unicode.ToUpper(r)
		}
		out.WriteRune(r)
	}
	return out.String()
}

// wide writes digits, and all else of ASCII, as wide as letters of the Far East.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			r += '！' - '!'
		}
		return r
	}, s)
}

// ascii is JSON as encoders write it that keep to ASCII.
func ascii(s string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		if unit < 0x80 {
			b, _ := json.Marshal(string(rune(unit)))
			out.Write(b[1 : len(b)-1])
		} else {
			fmt.Fprintf(&out, `\u%04X`, unit)
		}
	}
	return out.String()
}

func percent(s, format string) string {
	var out strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&out, format, s[i])
	}
	return out.String()
}

// ANON-1: every value pseudonymized in a cycle is found again in every encoding, wherever it stands in a text.
func TestGateFindsEveryEncoding(t *testing.T) {
	for field, value := range map[string]string{
		"address": "10.33.7.21", "mac": "00:e0:db:12:34:59", "hostname": "acme-core-01.corp.example.com", "user": `CLINIC\jsmith`, "email": "jane.smith@acme-hospital.de",
		"uri": "sip:jane.smith@acme-hospital.de", "phone": "+4989123456", "device": "Boardroom <9> & more", "system": `The "Core"/1`, "site": "Müller-Lüdenscheidt", "name": "東京支社🎥",
	} {
		g := gateFor(t, seen("named", field, value))
		for how, encode := range encodings {
			for _, around := range []string{"%s", "x%sy", "a: %s.", "{\"k\":\"%s\"}"} {
				if how != "plain" && around == "x%sy" {
					continue // letters around make another encoding of it
				}
				text := fmt.Sprintf(around, encode(value))
				if rule, found := g.Find(text); !found || rule != anonymize.RuleRaw {
					t.Errorf("%s, %s, in %s: got %q %v, want it found", field, how, around, rule, found)
				}
			}
		}
	}
}

// ANON-1: what a value names is found in the other ways to write it.
func TestGateFindsOtherSpellings(t *testing.T) {
	for _, tt := range []struct {
		field, value string
		texts        []string
	}{
		{"address", "10.33.7.21:5060", []string{
			"10.33.7.21", "10-33-7-21", "ip-10-33-7-21.ec2.internal", "010.033.007.021", "169936661", "http://169936661/", "0x0A210715",
			"21.7.33.10.in-addr.arpa", "::ffff:a21:715", "eth010.33.7.21", "10.33.7.21/24", "MTAuMzMuNy4yMQ==",
			"012.041.07.025", "0xa.0x21.0x7.0x15", "0xa210715", "01210203425", "0:0:0:0:0:ffff:0a21:0715", "::FFFF:10.33.7.21", "2002:a21:715::1",
			"64:ff9b::a21:715", "64:ff9b::10.33.7.21",
		}},
		{"address", "2001:DB8::8A2E:370:7334", []string{
			"2001:db8::8a2e:370:7334", "2001:0db8:0000:0000:0000:8a2e:0370:7334", "2001:db8:0:0:0:8a2e:370:7334", "20010DB80000000000008A2E03707334",
			"2001-db8--8a2e-370-7334.ipv6-literal.net", "4.3.3.7.0.7.3.0.e.2.a.8.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		}},
		{"mac", "00e0.db12.3459", []string{
			"00:E0:DB:12:34:59", "00-e0-db-12-34-59", "00e0db123459", "0:e0:db:12:34:59", "00e0-db12-3459", "00e0db-123459", "fe80::2e0:dbff:fe12:3459",
		}},
		{"site", "10.33.7.21", []string{"169936661", "10-33-7-21"}},
		{"device", "00e0db123459", []string{"00:e0:db:12:34:59"}},
		{"hostname", "MCU8.clinic.example.org.", []string{
			"mcu8.clinic.example.org", "org.example.clinic.mcu8", "dc=mcu8,dc=clinic,dc=example,dc=org", "other.clinic.example.org",
		}},
		{"hostname", "xn--mnchen-3ya.acme.de", []string{"münchen.acme.de", "MÜNCHEN.ACME.DE", "mu\u0308nchen.acme.de", "xn--mnchen-3ya.acme.de", "M%C3%9CNCHEN.acme.de"}},
		{"email", "jane.smith@acme-hospital.de", []string{"jane.smith is here", "https://acme-hospital.de/"}},
		{"uri", "sip:jane.smith@10.33.7.21;transport=tls", []string{"jane.smith", "10.33.7.21", "10-33-7-21"}},
		{"user", "CN=Jane Smith,OU=Radiology,DC=acme,DC=de", []string{
			"cn=jane smith,ou=radiology,dc=acme,dc=de", "DC=de,DC=acme,OU=Radiology,CN=Jane Smith", "by jane smith.",
		}},
		{"site", "Müller-Lüdenscheidt", []string{"MÜLLER-LÜdenscheidt", "Mu\u0308ller-Lu\u0308denscheidt", "mü\u00adller-lüdenscheidt"}},
		{"site", "Straße 9", []string{"STRASSE 9", "straße 9", "stra\\u00dfe 9"}},
		{"site", "Wie", []string{"in wie.", "wie", "x-WIE-1"}},
		{"site", "W9", []string{"at w9", "W9-a"}},
		{"site", "東京", []string{"本社は東京都"}},
		{"phone", "7001", []string{"dial 7001", "x7001y"}},
	} {
		g := gateFor(t, seen("named", tt.field, tt.value))
		for _, text := range tt.texts {
			if rule, found := g.Find(text); !found || rule != anonymize.RuleRaw {
				t.Errorf("%s: got %q %v, want it found", text, rule, found)
			}
		}
	}
}

// A gate that finds what is not there would withhold categories for nothing.
func TestGateLetsPass(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	names, err := anonymize.ApplianceAt(root(t, acmeFiles))
	if err != nil {
		t.Fatal(err)
	}
	token := token(t, a, kind.Site, "site")
	a.Apply([]usage.Observation{
		seen("named", "site", "Wie"), seen("named", "name", "x"), seen("named", "phone", "7001"), seen("named", "address", "127.0.0.1"),
		seen("named", "address", "10.33.7.21"), seen("named", "mac", "00:00:00:00:00:00"), seen("named", "hostname", "localhost"), seen("named", "name", "site-"),
	})
	g := anonymize.NewLeakGate(names, a)
	for _, text := range []string{
		"", "x", token, "at " + token + ".", "wien", "17001", "1.70012", "127.0.0.1", "00:00:00:00:00:00", "localhost", "10.33.7.2", "6.4.0.178",
	} {
		if rule, found := g.Find(text); found {
			t.Errorf("%q: got %q, want it to pass", text, rule)
		}
	}
	if rule, found := g.Find(token + "/7001"); !found {
		t.Errorf("a number after a pseudonym: got %q, want it found", rule)
	}
	if rule, found := g.Find("site-" + strings.Repeat("0", anonymize.TailSize)); !found {
		t.Errorf("a pseudonym that was not made here: got %q, want what it holds found", rule)
	}
}

// A pseudonym may by chance hold the base64 of another value; that is no find.
func TestGateDoesNotLookIntoPseudonyms(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	names, err := anonymize.ApplianceAt(root(t, acmeFiles))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10_000 {
		site := token(t, a, kind.Site, fmt.Sprint("site ", i))
		chance, value, ok := wordWithin(strings.TrimPrefix(site, "site-"))
		if !ok {
			continue
		}
		token(t, a, kind.Name, value)
		g := anonymize.NewLeakGate(names, a)
		if rule, found := g.Find(site); found {
			t.Errorf("in a pseudonym: got %q, want it to pass", rule)
		}
		if _, found := g.Find(chance); !found {
			t.Error("by itself: got it missed")
		}
		return
	}
	t.Fatal("got no pseudonym that holds the base64 of a word")
}

// wordWithin looks for eight letters that are the base64 of something to read.
func wordWithin(tail string) (chance, value string, ok bool) {
	for at := 0; at+8 <= len(tail); at++ {
		text, err := base64.StdEncoding.DecodeString(tail[at : at+8])
		if err == nil && strings.IndexFunc(string(text), func(r rune) bool { return r <= ' ' || r > '~' }) < 0 {
			return tail[at : at+8], string(text), true
		}
	}
	return "", "", false
}

// ANON-1: an address that was sent as a number is found; a count that has the digits of a number to dial is not.
func TestGateOfNumbers(t *testing.T) {
	g := gateFor(t, seen("named", "address", "10.33.7.21"), seen("named", "phone", "7001"), seen("named", "name", "12345678"))
	for digits, want := range map[string]bool{"169936661": true, "12345678": true, "7001": false, "1699366610": false, "123456789": false, "0": false} {
		if _, found := g.FindNumber(digits); found != want {
			t.Errorf("%s: got %v, want %v", digits, found, want)
		}
	}
}

// ANON-1: whatever stands around a value, it is found.
func TestGateFindsInAnyText(t *testing.T) {
	g := gateFor(t, seen("named", "site", "Katzenjammer"), seen("named", "address", "10.33.7.21"))
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		for _, value := range []string{"katzenjammer", "KATZENJAMMER", "10.33.7.21"} {
			if _, found := g.Find(before + value + after); !found {
				t.Fatalf("between %q and %q: not found", before, after)
			}
		}
	})
}

// The gate takes whatever comes.
func FuzzFind(f *testing.F) {
	g := gateFor(f, seen("named", "site", "ab"), seen("named", "device", "Müller"), seen("named", "address", "10.33.7.21"), seen("named", "name", "a-1"))
	f.Add("site-0123456789abcdefghjkmnpqrs ab")
	f.Add("-ab-" + strings.Repeat("m\u00fcller-", 5))
	f.Fuzz(func(t *testing.T, text string) {
		_, found := g.Find(text)
		if _, again := g.Find(text + " Müller"); !again {
			t.Errorf("got a value missed behind %q", text)
		}
		if !found && strings.Contains(text, "10.33.7.21") {
			t.Error("got an address missed")
		}
	})
}
