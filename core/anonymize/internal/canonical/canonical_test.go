package canonical_test

import (
	"testing"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: the same thing has one form, however it is written; a row is one thing in many spellings.
func TestSameThingHasOneForm(t *testing.T) {
	for _, tt := range []struct {
		kind, turned usage.Kind
		form         string
		spellings    []string
	}{
		{usage.Address, usage.Address, "10.33.7.21", []string{
			"10.33.7.21", " 10.33.7.21 ", "10.33.7.21:5061", "10.33.7.21/24", "10.33.7.21/255.255.255.0", "10.33.7.21/5060",
			"010.033.007.021", "::ffff:10.33.7.21", "::FFFF:a21:715", "[::ffff:10.33.7.21]:5060", "169936661", "0x0a210715",
			"21.7.33.10.in-addr.arpa", "21.7.33.10.IN-ADDR.ARPA.", "0:0:0:0:0:ffff:0a21:0715",
		}},
		{usage.Address, usage.Address, "2001:db8::8a2e:370:7334", []string{
			"2001:db8::8a2e:370:7334", "2001:DB8:0:0:0:8A2E:370:7334", "2001:0db8:0000:0000:0000:8a2e:0370:7334",
			"[2001:db8::8a2e:370:7334]", "[2001:db8::8a2e:370:7334]:443", "2001:db8::8a2e:370:7334/64", "2001:db8::8a2e:370:7334%eth0",
			"[2001:db8::8a2e:370:7334%eth0]:443", "2001:db8::8a2e:3.112.115.52", "2001-db8--8a2e-370-7334.ipv6-literal.net",
			"2001-db8--8a2e-370-7334s4.ipv6-literal.net",
			"4.3.3.7.0.7.3.0.e.2.a.8.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		}},
		{usage.Address, usage.Hostname, "mcu.example.com", []string{"mcu.example.com", "MCU.example.com.", "mcu.example.com:5060"}},
		{usage.MAC, usage.MAC, "00e0db123459", []string{
			"00:e0:db:12:34:59", "00-E0-DB-12-34-59", "00e0.db12.3459", "00e0db123459", "0:e0:db:12:34:59", "00e0-db12-3459",
			"00E0DB-123459", "00 e0 db 12 34 59",
		}},
		{usage.MAC, usage.MAC, "02e0dbfffe123461", []string{"02:e0:db:ff:fe:12:34:61", "02e0dbfffe123461", "02e0.dbff.fe12.3461", "2:e0:db:ff:fe:12:34:61"}},
		{usage.Hostname, usage.Hostname, "xn--mnchen-3ya.example.com", []string{
			"münchen.example.com", "MÜNCHEN.Example.COM.", "xn--mnchen-3ya.example.com", "mu\u0308nchen.example.com", "münchen。example．com",
		}},
		{usage.Hostname, usage.Hostname, "rec_room_9", []string{"rec_room_9", "REC_ROOM_9", "Rec_Room_9."}},
		{usage.Hostname, usage.Hostname, `acme\host1`, []string{`ACME\host1`, `acme\\HOST1`}},
		{usage.Hostname, usage.Address, "10.33.7.21", []string{"10.33.7.21", "::ffff:10.33.7.21", "[::ffff:10.33.7.21]:80"}},
		{usage.Email, usage.Email, "jane.smith@acme-hospital.de", []string{
			"jane.smith@acme-hospital.de", "Jane.Smith@ACME-Hospital.DE.", "mailto:jane.smith@acme-hospital.de",
			"Jane Smith <jane.smith@acme-hospital.de>",
		}},
		{usage.Email, usage.Email, "jsmith@acme", []string{"jsmith@acme", "JSmith@Acme"}},
		{usage.URI, usage.URI, "sip:jane.smith@acme-hospital.de", []string{
			"sip:jane.smith@acme-hospital.de", "SIP:Jane.Smith@acme-hospital.de:5060", "<sip:jane.smith@acme-hospital.de;transport=tls>",
			"\"Jane\" <sip:jane.smith@acme-hospital.de>;tag=1", "sip:jane%2esmith@acme-hospital.de?subject=x", "sip:jane.smith:secret@acme-hospital.de",
		}},
		{usage.URI, usage.URI, "sip:+4989123456@10.33.7.21", []string{"sip:+4989123456@10.33.7.21;user=phone", "sip:+49-89-123456@[::ffff:10.33.7.21]:5060"}},
		{usage.URI, usage.URI, "tel:+4989123456", []string{"tel:+49-89-123456", "TEL:+49.89.(12)3456;isub=1"}},
		{usage.URI, usage.URI, "h323:boardroom@10.33.7.21", []string{"h323:Boardroom@10.33.7.21:1720", "H323:boardroom@010.033.007.021"}},
		{usage.URI, usage.URI, "h323:boardroom 9", []string{"h323:Boardroom 9", "H323:BOARDROOM%209"}},
		{usage.URI, usage.URI, "https://jane@x.example.net/", []string{"https://jane:secret@x.example.net", "HTTPS://Jane@X.example.net:443/#top"}},
		{usage.URI, usage.URI, "https://[2001:db8::1]:8443/a?b=c", []string{"https://[2001:DB8:0::1]:8443/a?b=c"}},
		{usage.URI, usage.Address, "10.33.7.21", []string{"10.33.7.21:5060"}},
		{usage.Phone, usage.Phone, "+4989123456", []string{"+49 89 123456", "+49 (0)89 123-456", "0049.89.123456", "tel:+4989123456", "＋４９８９１２３４５６"}},
		{usage.Phone, usage.Phone, "7001", []string{"7001", "70 01"}},
		{usage.Phone, usage.Phone, "+4989123456;ext=12", []string{"+4989123456 ext. 12", "+49 89 123456;ext=12"}},
		{usage.User, usage.User, "cn=jane smith,ou=radiology,dc=acme,dc=de", []string{
			"CN=Jane Smith,OU=Radiology,DC=acme,DC=de", "cn = Jane  Smith; ou=radiology ;dc=ACME,dc=de", `CN=Jane\20Smith,OU=Radiology,DC=acme,DC=de`,
		}},
		{usage.User, usage.User, `acme\svc-polycom`, []string{`ACME\svc-polycom`, `acme\\SVC-Polycom`}},
		{usage.User, usage.User, "jsmith@acme.de", []string{"jsmith@ACME.de", "JSMITH@acme.de."}},
		{usage.Site, usage.Site, "müller-lüdenscheidt", []string{"Müller-Lüdenscheidt", "MÜLLER-LÜDENSCHEIDT", "Mu\u0308ller-Lu\u0308denscheidt", "Müller\u00ad-Lüdenscheidt "}},
		{usage.Site, usage.Site, "strasse 5", []string{"Straße 5", "STRASSE  5", "strasse\u00a05"}},
		{usage.Device, usage.Device, "東京支社", []string{"東京支社", "\u200e東京支社"}},
	} {
		for _, text := range tt.spellings {
			turned, form := canonical.Form(tt.kind, text)
			if turned != tt.turned || form != tt.form {
				t.Errorf("%s %q: got %s %q, want %s %q", tt.kind, text, turned, form, tt.turned, tt.form)
			}
		}
	}
}

// ANON-1: different things keep different forms.
func TestDifferentThingsDiffer(t *testing.T) {
	seen := map[string]string{}
	for kind, texts := range map[usage.Kind][]string{
		usage.Address:  {"10.33.7.2", "10.33.7.21", "110.33.7.2", "2001:db8::1", "2001:db8::10", "fe80::1", "0.0.0.1", "1.0.0.0"},
		usage.MAC:      {"00:e0:db:12:34:59", "00:e0:db:12:34:5a", "02:e0:db:ff:fe:12:34:59", "1:2:3:4:5:6", "01:02:03:04:05:60"},
		usage.Hostname: {"mcu", "mcu8", "mcu.example.com", "mcu.example.org", `acme\mcu`, "xmcu"},
		usage.URI: {"sip:jane@acme.de", "sips:jane@acme.de", "sip:jane@acme.de:5070", "sip:acme.de", "tel:+4989123456",
			"tel:+4989123456;ext=1", "https://x/a", "https://x/A", "https://x/a?b=1", "http://x/a", "h323:x", "h323:y"},
		usage.Phone: {"7001", "+7001", "+4989123456", "4989123456", "+4989123456 ext 1", "*72", "72"},
		usage.User:  {"jsmith", `acme\jsmith`, `other\jsmith`, "jsmith@acme.de", "cn=jsmith,dc=acme", "cn=jsmith,dc=other", `cn=a\,b,dc=acme`, "cn=a,cn=b,dc=acme"},
	} {
		for _, text := range texts {
			turned, form := canonical.Form(kind, text)
			id := string(turned) + " " + form
			if other, known := seen[id]; known {
				t.Errorf("%q and %q: both got %q, want two forms", text, other, id)
			}
			seen[id] = text
		}
	}
}

// ANON-1: what does not parse as its kind is a name, never nothing and never refused.
func TestWhatDoesNotParseIsAName(t *testing.T) {
	for _, tt := range []struct {
		kind usage.Kind
		text string
	}{
		{usage.Address, "10.20.30.40/506000"}, {usage.Address, "10.20.30.400"}, {usage.Address, "10.20.30"}, {usage.Address, "n/a?"},
		{usage.MAC, "00:e0:db:12:34"}, {usage.MAC, "eth0"}, {usage.MAC, "1.2.3.4.5.6"}, {usage.Hostname, "two words"}, {usage.Hostname, "1.2.3"},
		{usage.Email, "jane"}, {usage.Email, "@acme"}, {usage.URI, "boardroom"}, {usage.Phone, "call me"}, {"surprise", "Jane"},
	} {
		turned, form := canonical.Form(tt.kind, tt.text)
		if turned != usage.Name || form == "" {
			t.Errorf("%s %q: got %s %q, want a name", tt.kind, tt.text, turned, form)
		}
	}
}
