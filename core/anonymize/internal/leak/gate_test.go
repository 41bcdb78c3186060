package leak

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/kind"
)

// ANON-1: a pseudonymized value is found in other notations, too.
func TestGateFindsOtherSpellings(t *testing.T) {
	for _, tt := range []struct {
		kind  kind.Kind
		value string
		texts []string
	}{
		{kind.Address, "10.33.7.21:5060", []string{
			"10.33.7.21", "10-33-7-21", "ip-10-33-7-21.ec2.internal", "010.033.007.021", "169936661",
			"http://169936661/",
			"0x0A210715",
			"21.7.33.10.in-addr.arpa", "::ffff:a21:715", "eth010.33.7.21", "10.33.7.21/24", "MTAuMzMuNy4yMQ==",
			"012.041.07.025", "0xa.0x21.0x7.0x15", "0xa210715", "01210203425", "0:0:0:0:0:ffff:0a21:0715",
			"::FFFF:10.33.7.21",
			"2002:a21:715::1",
			"64:ff9b::a21:715", "64:ff9b::10.33.7.21",
		}},
		{kind.Address, "2001:DB8::8A2E:370:7334", []string{
			"2001:db8::8a2e:370:7334", "2001:0db8:0000:0000:0000:8a2e:0370:7334", "2001:db8:0:0:0:8a2e:370:7334",
			"20010DB80000000000008A2E03707334",
			"2001-db8--8a2e-370-7334.ipv6-literal.net",
			"4.3.3.7.0.7.3.0.e.2.a.8.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		}},
		{kind.MAC, "00e0.db12.3459", []string{
			"00:E0:DB:12:34:59", "00-e0-db-12-34-59", "00e0db123459", "0:e0:db:12:34:59", "00e0-db12-3459",
			"00e0db-123459",
			"fe80::2e0:dbff:fe12:3459",
		}},
		{kind.Site, "10.33.7.21", []string{"169936661", "10-33-7-21"}},
		{kind.Device, "00e0db123459", []string{"00:e0:db:12:34:59"}},
		{kind.Hostname, "MCU8.clinic.example.org.", []string{
			"mcu8.clinic.example.org", "org.example.clinic.mcu8", "dc=mcu8,dc=clinic,dc=example,dc=org",
			"other.clinic.example.org",
		}},
		{kind.Hostname, "xn--mnchen-3ya.acme.de", []string{"münchen.acme.de", "MÜNCHEN.ACME.DE",
			"mu\u0308nchen.acme.de", "xn--mnchen-3ya.acme.de", "M%C3%9CNCHEN.acme.de"}},
		{kind.Email, "jane.smith@acme-hospital.de", []string{"jane.smith is here", "https://acme-hospital.de/"}},
		{kind.URI, "sip:jane.smith@10.33.7.21;transport=tls", []string{"jane.smith", "10.33.7.21", "10-33-7-21"}},
		{kind.User, "CN=Jane Smith,OU=Radiology,DC=acme,DC=de", []string{
			"cn=jane smith,ou=radiology,dc=acme,dc=de", "DC=de,DC=acme,OU=Radiology,CN=Jane Smith", "by jane smith.",
		}},
		{kind.Site, "Müller-Lüdenscheidt", []string{"MÜLLER-LÜdenscheidt", "Mu\u0308ller-Lu\u0308denscheidt",
			"mü\u00adller-lüdenscheidt"}},
		{kind.Site, "Straße 9", []string{"STRASSE 9", "straße 9", "stra\\u00dfe 9"}},
		{kind.Site, "Wie", []string{"in wie.", "wie", "x-WIE-1"}},
		{kind.Site, "W9", []string{"at w9", "W9-a"}},
		{kind.Site, "東京", []string{"本社は東京都"}},
		{kind.Phone, "7001", []string{"dial 7001", "x7001y"}},
	} {
		g := gateFor(value{tt.kind, tt.value})
		for _, text := range tt.texts {
			if rule, found := g.Find(text, nil); !found || rule != RuleRaw {
				t.Errorf("%s: got %q %v, want it found", text, rule, found)
			}
		}
	}
}

// P5: digits and words have boundaries; false finds would withhold fields for no reason.
func TestP5Boundaries(t *testing.T) {
	for _, tt := range []struct {
		kind  kind.Kind
		value string
		found []string
		pass  []string
	}{
		{kind.Address, "10.0.0.13", []string{"10.0.0.13", "10.0.0.13:5060", "on 10.0.0.13.", "v10.0.0.13b",
			"010.000.000.013", "eth010.0.0.13", "10.0.0.13\u0660"},
			[]string{"10.0.0.1347", "10.0.0.130", "110.0.0.13", "10.0.0.1"}},
		{kind.Address, "10.2.1.5", []string{"10.2.1.5"}, []string{"10.2.1.50", "110.2.1.5"}},
		{kind.Address, "127.0.0.1", nil, []string{"127.0.0.1"}},
		{kind.MAC, "00:00:00:00:00:00", nil, []string{"00:00:00:00:00:00"}},
		{kind.Hostname, "localhost", nil, []string{"localhost"}},
		{kind.System, "178", nil, []string{"6.4.0.178", "178"}},
		{kind.System, "6.4", []string{"6.4", "v 6.4-1"}, []string{"6.4.0.178", "16.4", "6.41", "10.6.4"}},
		{kind.System, "erve", []string{"erve", "erve-1", "1erve", "Erve"}, []string{"Server", "server", "SERVER"}},
		{kind.System, "beta", []string{"beta", "6.4.0-beta1", "betaServer", "_beta_"},
			[]string{"alphabetas", "alphabeta", "6.4.0-betas", "Betas"}},
		{kind.MAC, "00:e0:db:12:34:59", []string{"000300e0db12345977", "x00e0db123459"}, nil},
		{kind.System, "katzenjammer", []string{"xkatzenjammery"}, nil},
		{kind.Site, "Wie", []string{"in wie.", "wie", "x-WIE-1"}, []string{"wien", "wie1", "1wie"}},
		{kind.Phone, "7001", []string{"dial 7001", "x7001y", "0007001"}, []string{"17001", "70012", "1.70012"}},
		{kind.Name, "x", nil, []string{"x"}},
	} {
		g := gateFor(value{tt.kind, tt.value})
		for _, text := range tt.found {
			finds(t, g, map[string]string{text: RuleRaw})
		}
		for _, text := range tt.pass {
			finds(t, g, map[string]string{text: ""})
		}
	}
}

// P5: a word of a version passes if the field's check allows it, and nothing else in the text does;
// words of the product's name always pass.
func TestP5KnownWordsPass(t *testing.T) {
	g := gateFor(value{kind.Hostname, "debian"}, value{kind.System, "beta"}, value{kind.Site, "vienna"})
	for text, want := range map[string]bool{"6.4.0-beta1": false, "15.4 (Debian 15.4-1.pgdg120+1)": false,
		"6.4.0-beta1 vienna": true} {
		if _, found := g.Find(text, kind.VersionWord); found != want {
			t.Errorf("%q: got found %v, want %v", text, found, want)
		}
	}
	names := namesOf(func(yield func(named)) {
		yield(named{rule: RuleHost, value: value{kind.Hostname, "bridge-9"}})
		yield(named{rule: RuleUser, value: value{kind.User, "bridge"}})
	}, nil)
	product := New(names, Pseudonymized{}, []string{"Acme", "bridge"})
	finds(t, product, map[string]string{"Bridge by acme": "", "bridge-9": RuleHost})
}

// P4: names and addresses of the appliance and of the cycle are found in a value that a source
// calls a serial number, in hex too.
func TestP4SerialNumbersOfSomethingElse(t *testing.T) {
	g := gateFor(value{kind.Hostname, "ldap1.example.com"}, value{kind.Address, "10.83.201.44"},
		value{kind.User, "Anna Weber"})
	for _, text := range []string{"ldap1.example.com", "SN-ldap1", "6c64617031", "6C646170312E6578616D706C652E636F6D",
		"SN 10.83.201.44", "0A53C92C", "ANNA WEBER 1"} {
		finds(t, g, map[string]string{text: RuleRaw})
	}
	finds(t, g, map[string]string{"8L200353429AFC": "", "SN-ldap12": "", "1083201440": ""})
}

// P10: an address or a phone number that was sent as a number is found, whatever its sign and
// decimals; a count with as many digits is not.
func TestP10Numbers(t *testing.T) {
	names := namesOf(func(yield func(named)) {
		yield(named{rule: RuleAddress,
			value: value{kind.Address, "10.47.3.19"}})
	}, nil)
	g := New(names, Pseudonymized{Each: func(yield func(kind.Kind, string)) {
		yield(kind.Phone, "+4956198765432")
		yield(kind.Phone, "7001")
		yield(kind.Name, "12345678")
		yield(kind.MAC, "00:e0:db:7c:41:9e")
		yield(kind.Address, "192.168.1.1")
	}}, nil)
	for text, want := range map[string]string{
		"4956198765432": RuleRaw, "4.956198765432e12": RuleRaw, "4.956198765432e+12": RuleRaw, "12345678": RuleRaw,
		"0.12345678": RuleRaw,
		"170853139":  RuleAddress, "170853139.5": RuleAddress, "-170853139": RuleAddress, "1708531.39": RuleAddress,
		"1.70853139E8": RuleAddress,
		"965755027870": RuleRaw, "-1062731519": RuleRaw, "3232235777": RuleRaw, "318975754": RuleAddress,
		"7001": "", "1708531390": "", "123456789": "", "0": "", "49561987654321": "", "0.5": "", "-3": "", "1e300": "",
	} {
		if got, found := g.FindNumber(text); got != want || found != (want != "") {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// [Gate.Clean] removes the words in which something is found from a scrubbed text; if the text is
// still not clean, ok is false.
func TestClean(t *testing.T) {
	g := gateFor(value{kind.Site, "core"}, value{kind.Site, "removed"}, value{kind.System, "east"})
	for text, want := range map[string]string{
		"Core files lost, core1": "# files lost, #", "scores": "scores", "core east": "# #", "": "",
	} {
		if got, ok := g.Clean(text, "#"); got != want || !ok {
			t.Errorf("%q: got %q %v, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"core", "Y29yZQ==X"} {
		if _, ok := g.Clean(text, "[removed]"); ok {
			t.Errorf("%q: got it passed, want it refused", text)
		}
	}
}

// The gate does not search tokens that were issued in the cycle; it searches all others.
func TestGateDoesNotLookIntoPseudonyms(t *testing.T) {
	const token = "site-0123456789vienna0123456789"
	g := New(Unnamed(), Pseudonymized{
		Each: func(yield func(kind.Kind, string)) {
			yield(kind.Site, "vienna")
			yield(kind.Name, "site")
			yield(kind.Phone, "7001")
		},
		Issued: func(text string) bool { return text == token },
		Tail:   len(token) - len("site-"),
	}, nil)
	finds(t, g, map[string]string{
		token: "", "at " + token + ".": "", token + "-" + token: "", token + "/7001": RuleRaw, "vienna-" +
			token: RuleRaw,
		strings.Replace(token, "9v", "8v", 1): RuleRaw, "site 1": RuleRaw,
	})
}

// ANON-1: a value is found whatever text surrounds it.
func TestGateFindsInAnyText(t *testing.T) {
	g := gateFor(value{kind.Site, "Katzenjammer"}, value{kind.MAC, "00:e0:db:12:34:59"})
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		for _, value := range []string{"katzenjammer", "KATZENJAMMER", "00e0db123459"} {
			if _, found := g.Find(before+value+after, nil); !found {
				t.Fatalf("between %q and %q: not found", before, after)
			}
		}
	})
}

// P5: an address is found in any text unless digits or dotted digits continue it.
func TestGateFindsAddressesInAnyText(t *testing.T) {
	g := gateFor(value{kind.Address, "10.33.7.21"})
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[ -~]{0,20}[^0-9]|`).Draw(t, "before")
		after := rapid.StringMatching(`|[^0-9][ -~]{0,20}`).Draw(t, "after")
		if _, found := g.Find(before+"10.33.7.21"+after, nil); !found {
			t.Fatalf("between %q and %q: not found", before, after)
		}
	})
}

// The gate accepts any input.
func FuzzFind(f *testing.F) {
	g := gateFor(value{kind.Site, "ab"}, value{kind.Device, "Müller"}, value{kind.Address, "10.33.7.21"},
		value{kind.Name, "a-1"})
	f.Add("site-0123456789abcdefghjkmnpqrs ab")
	f.Add("-ab-" + strings.Repeat("m\u00fcller-", 5))
	f.Fuzz(func(t *testing.T, text string) {
		g.Find(text, nil)
		g.FindNumber(text)
		if cleaned, ok := g.Clean(text, "-"); ok {
			if rule, found := g.Find(cleaned, nil); found {
				t.Errorf("cleaned: got %q found in %q", rule, cleaned)
			}
		}
		for _, value := range []string{" Müller", " 10.33.7.21"} {
			if _, found := g.Find(text+value, nil); !found {
				t.Errorf("got%s missed behind %q", value, text)
			}
		}
	})
}

// S12: the names of an appliance are expanded once for all gates, those of a cycle and of the log.
func TestS12GatesShareTheNames(t *testing.T) {
	times := 0
	names := namesOf(func(yield func(named)) {
		times++
		yield(named{rule: RuleHost, value: value{kind.Hostname, "kassel-mcu01"}})
	}, nil)
	seen := Pseudonymized{Each: func(yield func(kind.Kind, string)) { yield(kind.Site, "vienna") }}
	finds(t, New(names, seen, nil), map[string]string{"vienna": RuleRaw, "kassel-mcu01 in vienna": RuleHost})
	finds(t, New(names, Pseudonymized{}, []string{"Acme"}), map[string]string{"vienna": "", "kassel-mcu01": RuleHost})
	if times != 1 {
		t.Errorf("got the names spelled out %d times, want once", times)
	}
}
