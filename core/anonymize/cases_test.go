package anonymize_test

import (
	"testing"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
)

// P4: a name, an address or a person in place of a serial number is refused; the gate finds a part
// of a name that the grammar cannot know.
func TestP4SerialNumberOfSomethingElse(t *testing.T) {
	for _, text := range []string{"ldap1.example.com", "10.83.201.44", "Anna Weber", "00:e0:db:12:34:59", "SN-ldap1",
		"nodigits"} {
		if facts, tally := apply(seen("kept", "serial", text)); len(facts) != 0 ||
			tally != (anonymize.Tally{Suppressed: 1}) {
			t.Errorf("%q: got %v %+v, want it suppressed", text, values(facts), tally)
		}
	}
	for _, text := range []string{"SN2207-ldap1", "6c64617031", "6C646170312E6578616D706C652E636F6D", "jsmith-2207"} {
		c := newCycle()
		c.names = appliance(t, map[string]string{"passwd": "jsmith:x:1000:1000::/:/bin/sh\n"})
		r := c.treat(seen("kept", "serial", text), seen("named", "hostname", "ldap1.example.com"))
		if len(r.Facts) != 2 {
			t.Fatalf("%q: got %v, want it to get as far as the gate", text, values(r.Facts))
		}
		if _, found := r.Gate.Find(text, nil); !found {
			t.Errorf("%q: got it missed", text)
		}
	}
}

// P6: a version is refused if a part of it could be an address, a name or a phone number; so is the
// plugin's own version.
func TestP6NoVersions(t *testing.T) {
	for _, text := range []string{
		"10.83.201.44", "193.99.144.80", "100.64.7.9", "1.0-10.83.201.44", "172.31.4.5-hotfix2", "1.0 (Anna Weber)",
		"1.0-nordwerk", "2.0_tfaulhabe",
		"0561.98765432", "00.10.db.7c.41.9e", "10.33.7.21:5060", "1.2.nordwerk.com", "192.168.1.20",
		"node01.corp.example.com", "169936661", "089-123-456",
	} {
		facts, tally := apply(seen("kept", "version", text), seen("kept", "build", text))
		if len(facts) != 0 || tally != (anonymize.Tally{Suppressed: 2}) {
			t.Errorf("%q: got %v %+v, want it suppressed", text, values(facts), tally)
		}
		if got := anonymize.Version(raw(text)); got != kind.Other {
			t.Errorf("%q: got it kept as the plugin's, want %q", text, kind.Other)
		}
	}
}

// P7: versions of real products are kept; the field's ranges allow four groups, and its words and
// the profile's words may have any length and case.
func TestP7Versions(t *testing.T) {
	for _, text := range []string{
		"1.6.14_rel/129", "15.3(3)JC9$", "7.9.2 LNT", "25.0/2.0", "RMX_8.7.4.338", "10.5.0 (71_169110)",
		"2.5.0.8_ne-4035",
		"6.4.0-beta1",
		"3.12.0-210716", "366027", "v1.2.3", "1.0", "13.3R1.4", "12.2(54)SG1", "9.12(4)37", "6.48.6 (long-term)",
		"5.15.0-91-generic",
		"3.10.0-1160.el7.x86_64", "15.4 (Debian 15.4-1.pgdg120+1)", "7u80", "4.2.3.Final", "20220825.064945_builder_x3",
		"366027-rc2", "2.0-bridge", "2.1.0-zyzzyva",
	} {
		if facts, tally := apply(seen("kept", "version", text)); len(facts) != 1 || facts[0].Value() != text {
			t.Errorf("%q: got %v %+v, want it kept", text, values(facts), tally)
		}
	}
	for text, want := range map[string][]string{
		"6.4.0.178": {"build"}, "10.9.9.200": {"build"}, "10.9.9.400": {"version", "build"}, "11.4.0.178": {},
		"6.4.0.99":   {},
		"6.10.0.178": {}, "1.0-hafen": {"build"}, "1.0 Nightingale": {"build"},
		"1.0-vector": {"version", "build"},
	} {
		facts, _ := apply(seen("kept", "version", text), seen("kept", "build", text))
		got := []string{}
		for _, fact := range facts {
			got = append(got, fact.Field())
		}
		same(t, got, want)
	}
}

// P14: in a text, an email address, a URI and a hardware address have the pseudonym that they have
// in a field of their own, whatever surrounds them.
func TestP14InTexts(t *testing.T) {
	c := newCycle()
	for text, want := range map[string]string{
		"user=<admin@example.com> lost": "user=<" + c.token(t, "email", "admin@example.com") + "> lost",
		"from <sip:a@b.example>;tag=1": "from <" + c.token(t, "uri", "sip:a@b.example") + ">;tag=" +
			anonymize.Removed,
		"to sip:a@b.example;transport=tls lost": "to " + c.token(t, "uri", "sip:a@b.example") + " lost",
		"MAC:00:e0:db:12:34:59 lost":            c.token(t, "mac", "00e0.db12.3459") + " lost",
		"peer 10.47.3.19.":                      "peer " + c.token(t, "address", "10.47.3.19") + ".",
	} {
		facts, _ := c.apply(seen("named", "text", text))
		if len(facts) != 1 || facts[0].Value() != want {
			t.Errorf("%q: got %v, want %q", text, values(facts), want)
		}
	}
}
