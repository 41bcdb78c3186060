package canonical_test

import (
	"testing"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// ANON-1: a thing has one form, however it is written; each row is one thing in many spellings.
func TestSameThingHasOneForm(t *testing.T) {
	for _, tt := range []struct {
		kind, turned kind.Kind
		form         string
		spellings    []string
	}{
		{kind.Address, kind.Address, "10.33.7.21", []string{
			"10.33.7.21", " 10.33.7.21 ", "10.33.7.21:5061", "10.33.7.21:65535", "10.33.7.21/24", "10.33.7.21/5060",
			"10.33.7.21/255.255.255.0",
			"010.033.007.021", "::ffff:10.33.7.21", "::FFFF:a21:715", "[::ffff:10.33.7.21]:5060", "169936661",
			"0x0a210715",
			"21.7.33.10.in-addr.arpa", "21.7.33.10.IN-ADDR.ARPA.", "0:0:0:0:0:ffff:0a21:0715",
		}},
		{kind.Address, kind.Address, "2001:db8::8a2e:370:7334", []string{
			"2001:db8::8a2e:370:7334", "2001:DB8:0:0:0:8A2E:370:7334", "2001:0db8:0000:0000:0000:8a2e:0370:7334",
			"[2001:db8::8a2e:370:7334]", "[2001:db8::8a2e:370:7334]:443", "2001:db8::8a2e:370:7334/64",
			"2001:db8::8a2e:370:7334%eth0",
			"[2001:db8::8a2e:370:7334%eth0]:443", "2001:db8::8a2e:3.112.115.52",
			"2001-db8--8a2e-370-7334.ipv6-literal.net",
			"2001-db8--8a2e-370-7334s4.ipv6-literal.net",
			"4.3.3.7.0.7.3.0.e.2.a.8.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		}},
		{kind.Address, kind.Hostname, "mcu.example.com", []string{"mcu.example.com", "MCU.example.com.",
			"mcu.example.com:5060"}},
		{kind.MAC, kind.MAC, "00e0db123459", []string{
			"00:e0:db:12:34:59", "00-E0-DB-12-34-59", "00e0.db12.3459", "00e0db123459", "0:e0:db:12:34:59",
			"00e0-db12-3459",
			"00E0DB-123459", "00 e0 db 12 34 59",
		}},
		{kind.MAC, kind.MAC, "02e0dbfffe123461", []string{"02:e0:db:ff:fe:12:34:61", "02e0dbfffe123461",
			"02e0.dbff.fe12.3461", "2:e0:db:ff:fe:12:34:61"}},
		{kind.Hostname, kind.Hostname, "xn--mnchen-3ya.example.com", []string{
			"münchen.example.com", "MÜNCHEN.Example.COM.", "xn--mnchen-3ya.example.com", "mu\u0308nchen.example.com",
			"münchen。example．com",
		}},
		{kind.Hostname, kind.Hostname, "rec_room_9", []string{"rec_room_9", "REC_ROOM_9", "Rec_Room_9."}},
		{kind.Hostname, kind.Hostname, `acme\host1`, []string{`ACME\host1`, `acme\\HOST1`}},
		{kind.Hostname, kind.Address, "10.33.7.21",
			[]string{"10.33.7.21", "::ffff:10.33.7.21", "[::ffff:10.33.7.21]:80"}},
		{kind.Email, kind.Email, "jane.smith@acme-hospital.de", []string{
			"jane.smith@acme-hospital.de", "Jane.Smith@ACME-Hospital.DE.", "mailto:jane.smith@acme-hospital.de",
			"Jane Smith <jane.smith@acme-hospital.de>",
		}},
		{kind.Email, kind.Email, "jsmith@acme", []string{"jsmith@acme", "JSmith@Acme"}},
		{kind.URI, kind.URI, "sip:jane.smith@acme-hospital.de", []string{
			"sip:jane.smith@acme-hospital.de", "SIP:Jane.Smith@acme-hospital.de:5060",
			"<sip:jane.smith@acme-hospital.de;transport=tls>",
			"\"Jane\" <sip:jane.smith@acme-hospital.de>;tag=1", "sip:jane%2esmith@acme-hospital.de?subject=x",
			"sip:jane.smith:secret@acme-hospital.de",
		}},
		{kind.URI, kind.URI, "sip:+4989123456@10.33.7.21", []string{"sip:+4989123456@10.33.7.21;user=phone",
			"sip:+49-89-123456@[::ffff:10.33.7.21]:5060"}},
		{kind.URI, kind.URI, "tel:+4989123456", []string{"tel:+49-89-123456", "TEL:+49.89.(12)3456;cpc=ordinary"}},
		{kind.URI, kind.URI, "h323:boardroom@10.33.7.21", []string{"h323:Boardroom@10.33.7.21:1720",
			"H323:boardroom@010.033.007.021"}},
		{kind.URI, kind.URI, "h323:boardroom 9", []string{"h323:Boardroom 9", "H323:BOARDROOM%209"}},
		{kind.URI, kind.URI, "https://jane@x.example.net/", []string{"https://jane:secret@x.example.net",
			"HTTPS://Jane@X.example.net:443/#top"}},
		{kind.URI, kind.URI, "https://[2001:db8::1]:8443/a?b=c", []string{"https://[2001:DB8:0::1]:8443/a?b=c"}},
		{kind.URI, kind.Address, "10.33.7.21", []string{"10.33.7.21:5060"}},
		{kind.Phone, kind.Phone, "+4989123456", []string{"+49 89 123456", "+49 (0)89 123-456", "0049.89.123456",
			"tel:+4989123456", "＋４９８９１２３４５６"}},
		{kind.Phone, kind.Phone, "7001", []string{"7001", "70 01"}},
		{kind.Phone, kind.Phone, "+4989123456;ext=12", []string{"+4989123456 ext. 12", "+49 89 123456;ext=12"}},
		{kind.User, kind.User, "cn=jane smith,ou=radiology,dc=acme,dc=de", []string{
			"CN=Jane Smith,OU=Radiology,DC=acme,DC=de", "cn = Jane  Smith; ou=radiology ;dc=ACME,dc=de",
			`CN=Jane\20Smith,OU=Radiology,DC=acme,DC=de`,
		}},
		{kind.User, kind.User, `acme\svc-polycom`, []string{`ACME\svc-polycom`, `acme\\SVC-Polycom`}},
		{kind.User, kind.User, "jsmith@acme.de", []string{"jsmith@ACME.de", "JSMITH@acme.de."}},
		{kind.Site, kind.Site, "müller-lüdenscheidt", []string{"Müller-Lüdenscheidt", "MÜLLER-LÜDENSCHEIDT",
			"Mu\u0308ller-Lu\u0308denscheidt", "Müller\u00ad-Lüdenscheidt "}},
		{kind.Site, kind.Site, "strasse 5", []string{"Straße 5", "STRASSE  5", "strasse\u00a05"}},
		{kind.Device, kind.Device, "東京支社", []string{"東京支社", "\u200e東京支社"}},
	} {
		for _, text := range tt.spellings {
			turned, form := canonical.Form(tt.kind, text)
			if turned != tt.turned || form != tt.form {
				t.Errorf("%s %q: got %s %q, want %s %q", tt.kind, text, turned, form, tt.turned, tt.form)
			}
		}
	}
}

// ANON-1: a value that does not parse as its kind is treated as a name; it is neither dropped nor
// refused.
func TestWhatDoesNotParseIsAName(t *testing.T) {
	for _, tt := range []struct {
		kind kind.Kind
		text string
	}{
		{kind.Address, "10.20.30.40/506000"}, {kind.Address, "10.20.30.400"}, {kind.Address, "10.20.30"},
		{kind.Address, "n/a?"},
		{kind.MAC, "00:e0:db:12:34"}, {kind.MAC, "eth0"}, {kind.MAC, "1.2.3.4.5.6"}, {kind.Hostname, "two words"},
		{kind.Hostname, "1.2.3"},
		{kind.Email, "jane"}, {kind.Email, "@acme"}, {kind.URI, "boardroom"}, {kind.Phone, "call me"},
		{"surprise", "Jane"},
	} {
		turned, form := canonical.Form(tt.kind, tt.text)
		if turned != kind.Name || form == "" {
			t.Errorf("%s %q: got %s %q, want a name", tt.kind, tt.text, turned, form)
		}
	}
}
