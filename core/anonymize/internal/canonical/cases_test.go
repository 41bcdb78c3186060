package canonical_test

import (
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// ANON-1, P14: a thing has one form, however it is written; each row is one thing in the notations of
// several sources, in a field of one kind.
func TestP14SameThingHasOneForm(t *testing.T) {
	for _, tt := range []struct {
		kind, turned kind.Kind
		form         string
		spellings    []string
	}{
		{kind.Address, kind.Address, "10.47.3.19", []string{
			"10.47.3.19", "10.47.3.19.", "10.47.3.19.:5060", "10.47.3.19:5060.", "<10.47.3.19>", `"10.47.3.19"`,
			"'10.47.3.19',",
			"10.47.3.19;", "[10.47.3.19]",
			"(10.47.3.19)", "{10.47.3.19}", "“10.47.3.19”", "ip:10.47.3.19", "IP=10.47.3.19", "inet addr:10.47.3.19",
			"IPv4 Address: 10.47.3.19", "inet 10.47.3.19/24",
			"\u200b10.47.3.19", "10.47\u00ad.3.19", "\ufeff10.47.3.19", "１０．４７．３．１９", "１０。４７。３。１９", "١٠.٤٧.٣.١٩",
			"१०.४७.३.१९",
			"\u300010.47.3.19\u00a0",
			"10.47.3.19/32", "10.47.3.19/24", "10.47.3.19/255.255.255.0", "10.47.3.19 255.255.255.0",
			"::ffff:10.47.3.19/128",
			"::ffff:10.47.3.19%eth0", "１７０８５３１３９",
			"010.047.003.019", "::FFFF:a2f:313", "0:0:0:0:0:ffff:0a2f:0313", "[::ffff:10.47.3.19]:5060", "0x0a2f0313",
			"19.3.47.10.in-addr.arpa", "10.47.3.19/5060", "10.47.3.19:65535",
			"10.47.3.19\x00", "[10.47.3.19].", "[10.47.3.19]:5060", "10.47.3.19%eth0", "\t10.47.3.19\r\n",
		}},
		{kind.Address, kind.Address, "2001:db8::1", []string{
			"2001:db8::1", "2001:db8::1.", "[2001:db8::1].", "[2001:db8::1.]", "[2001:db8::1].:443",
			"[2001:DB8::1]:443.",
			"<[2001:db8::1]>", "ip:2001:db8::1", "inet6 2001:db8::1/64",
			"inet6 addr: 2001:db8::1/64", "2001:db8::1%eth0", "２００１：ｄｂ８：：１", "2001:db8::\u200b1", "\"2001:db8::1\";",
			"2001:db8::1/128", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::0.0.0.1", "[2001:db8::1%eth0]:443",
			"2001-db8--1.ipv6-literal.net", "2001-db8--1s4.ipv6-literal.net",
			"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		}},
		{kind.Address, kind.Hostname, "mcu.example.com", []string{"mcu.example.com", "MCU.example.com.",
			"mcu.example.com:5060"}},
		{kind.Address, kind.Address, "fe80::1%eth0", []string{
			"fe80::1%eth0", "FE80::1%ETH0", "[fe80::1%eth0]:443", "[fe80::1%25eth0]", "fe80::1%eth0/64",
			"fe80::1%eth0.",
			"fe80:0::1%eth0", "fe80::1％eth0",
		}},
		{kind.Address, kind.Address, "fe80::1%4", []string{"fe80::1%4", "fe80--1s4.ipv6-literal.net",
			"FE80--1S4.IPV6-LITERAL.NET."}},
		{kind.Address, kind.Address, "10.1.0.0/24", []string{
			"10.1.0.0/24", "10.1.0.0/255.255.255.0", "10.1.0.0 255.255.255.0", "10.1.0.0/0.0.0.255", "10.1.0.0/24.",
			"<10.1.0.0/24>", "010.001.000.000/24", "net 10.1.0.0/24", "subnet: 10.1.0.0/24",
			"0.1.10.in-addr.arpa", "0.1.10.IN-ADDR.ARPA.", "::ffff:10.1.0.0/120", "10.1.0.0\u200b/24", "１０．１．０．０／２４",
			"10.1.0.0／٢٤",
		}},
		{kind.Address, kind.Address, "10.0.0.0/8", []string{"10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255"}},
		{kind.Hostname, kind.Address, "10.1.0.0/24", []string{"10.1.0.0/24", "0.1.10.in-addr.arpa"}},
		{kind.Address, kind.Address, "2001:db8::/32", []string{"2001:db8::/32", "2001:DB8:0::0/32",
			"8.b.d.0.1.0.0.2.ip6.arpa", "[2001:db8::]/32", "2001:db8::/ffff:ffff::"}},
		{kind.Hostname, kind.Address, "10.47.3.19", []string{"10.47.3.19", "10.47.3.19.", "10.47.3.19.:443",
			"\u200b10.47.3.19", "１０．４７．３．１９", "[10.47.3.19]", "<10.47.3.19>,"}},
		{kind.Hostname, kind.Address, "2001:db8::1", []string{"2001:db8::1.", "[2001:db8::1].", "[2001:db8::1]:80"}},
		{kind.Hostname, kind.Hostname, "kassel-dma01.example.com", []string{
			"kassel-dma01.example.com", "ｋａｓｓｅｌ-dma01.example.com", "Kassel\u00ad-DMA01.example.com.",
			"<kassel-dma01.example.com>;", "'kassel-dma01.example.com'", "kassel-dma01。example。com.:443",
			`\\KASSEL-DMA01.example.com`,
		}},
		{kind.Hostname, kind.Hostname, `acme\host1`,
			[]string{`ACME\host1`, `ACME\\host1`, `ACME\\\\host1`, "ＡＣＭＥ＼host1"}},
		{kind.MAC, kind.MAC, "00e0db53429a", []string{
			"00:e0:db:53:42:9a", "MAC:00:e0:db:53:42:9a", "mac=00:e0:db:53:42:9a", "MAC 00:e0:db:53:42:9a",
			"hwaddr 00:e0:db:53:42:9a", "HWaddr: 00-E0-DB-53-42-9A", "ether 00:e0:db:53:42:9a",
			"link/ether 00:e0:db:53:42:9a", "mac-address: 00e0.db53.429a", "MAC_ADDRESS=00e0db53429a",
			"Hardware Address: 00 e0 db 53 42 9a", "Physical Address. : 00-E0-DB-53-42-9A", "lladdr 0:e0:db:53:42:9a",
			"urn:dev:mac:00e0db53429a", "EUI-48 00e0db53429a", "0x00e0db53429a", "MAC: 0x00E0DB53429A",
			"<00:e0:db:53:42:9a>",
			"(00:e0:db:53:42:9a)", "\"00:e0:db:53:42:9a\",", "00:e0:db:53:42:9a.",
			"\u200b00:e0:db:53:42:9a", "００：ｅ０：ｄｂ：５３：４２：９ａ", "00‐e0‐db‐53‐42‐9a", "00  e0 db\u00a053 42 9a",
			"MAC\u200b:00:e0:db:53:42:9a", "00e0-db53-429a", "00E0DB-53429A",
		}},
		{kind.MAC, kind.MAC, "02e0dbfffe123461", []string{"02:e0:db:ff:fe:12:34:61", "02e0dbfffe123461",
			"02e0.dbff.fe12.3461", "2:e0:db:ff:fe:12:34:61"}},
		{kind.Hostname, kind.Hostname, "xn--mnchen-3ya.example.com", []string{
			"münchen.example.com", "MÜNCHEN.Example.COM.", "xn--mnchen-3ya.example.com", "mu\u0308nchen.example.com",
			"münchen。example．com",
		}},
		{kind.Hostname, kind.Hostname, "rec_room_9", []string{"rec_room_9", "REC_ROOM_9", "Rec_Room_9."}},
		{kind.Email, kind.Email, "jsmith@acme", []string{"jsmith@acme", "JSmith@Acme"}},
		{kind.URI, kind.URI, "h323:boardroom 9", []string{"h323:Boardroom 9", "H323:BOARDROOM%209"}},
		{kind.URI, kind.URI, "https://jane@x.example.net/", []string{"https://jane:secret@x.example.net",
			"HTTPS://Jane@X.example.net:443/#top"}},
		{kind.URI, kind.URI, "https://[2001:db8::1]:8443/a?b=c", []string{"https://[2001:DB8:0::1]:8443/a?b=c"}},
		{kind.Phone, kind.Phone, "+4989123456", []string{"+49 89 123456", "+49 (0)89 123-456", "0049.89.123456",
			"tel:+4989123456", "＋４９８９１２３４５６"}},
		{kind.User, kind.User, "cn=jane smith,ou=radiology,dc=acme,dc=de", []string{
			"CN=Jane Smith,OU=Radiology,DC=acme,DC=de", "cn = Jane  Smith; ou=radiology ;dc=ACME,dc=de",
			`CN=Jane\20Smith,OU=Radiology,DC=acme,DC=de`,
		}},
		{kind.Site, kind.Site, "müller-lüdenscheidt", []string{"Müller-Lüdenscheidt", "MÜLLER-LÜDENSCHEIDT",
			"Mu\u0308ller-Lu\u0308denscheidt", "Müller\u00ad-Lüdenscheidt "}},
		{kind.Site, kind.Site, "strasse 5", []string{"Straße 5", "STRASSE  5", "strasse\u00a05"}},
		{kind.Device, kind.Device, "東京支社", []string{"東京支社", "\u200e東京支社"}},
		{kind.MAC, kind.MAC, "acde48001122", []string{"ac:de:48:00:11:22", "MAC:ac:de:48:00:11:22", "mac acde48001122",
			"mac-ac-de-48-00-11-22"}},
		{kind.Email, kind.Email, "a@b.example", []string{
			"a@b.example", "smtp:a@b.example", "SMTP:a@b.example", "smtp: A@B.example", "mailto:a@b.example",
			"MAILTO:a@b.example?subject=x", "mailto:%61@b.example", "<a@b.example>", "<smtp:a@b.example>",
			"'a@b.example'",
			"a@b.example;", "a@b.example,", "\"a@b.example\";", "sip:a@b.example", "SIP:a@b.example:5060",
			"sips:a@b.example;transport=tls", "\"A B\" <sip:a@b.example>;tag=1",
			"\"A B\" <a@b.example>;", "\"a\"@b.example",
			"email: a@b.example", "a@b.example.", "\u200ba@b.example",
			"ａ＠ｂ．example", "a@b\u00ad.example", "xmpp:a@b.example",
			"sip:a:secret@b.example",
		}},
		{kind.Email, kind.Email, "a@10.47.3.19", []string{"a@10.47.3.19", "a@[10.47.3.19]", "a@10.47.3.19.",
			"smtp:a@[::ffff:10.47.3.19]"}},
		{kind.Email, kind.Email, "a@2001:db8::1", []string{"a@[IPv6:2001:db8::1]", "a@[ipv6:2001:DB8::1]",
			"a@[2001:db8::1]"}},
		{kind.URI, kind.URI, "sip:a@b.example", []string{
			"sip:a@b.example", "a@b.example", "A@B.example.", "SIP:a@b.example", "sip: a@b.example",
			"sip:a@b.example:5060",
			"SIP:A@b.example:5060", "a@b.example:5060", "<sip:a@b.example>", "<a@b.example>", "\"A\" <a@b.example>",
			"sip:a@b.example;", "'sip:a@b.example',", "sip:a@b.example;transport=tcp", "sip:a@b.example;user=ip;lr",
			"a@b.example;transport=tls", "sip:a@b.example;maddr=10.1.2.3", "sip:a@b.example?to=c@d.example",
			"\u200bsip:a@b.example", "ｓｉｐ：ａ＠ｂ.example", "sip:\u200ba@b.example", "sip:%61@b.example",
			"sip:a%E2%80%8b@b.example",
		}},
		{kind.URI, kind.URI, "sip:a@10.47.3.19", []string{"sip:a@10.47.3.19", "sip:a@10.47.3.19.",
			"sip:a@10.47.3.19.:5060", "a@10.47.3.19.", "sip:a@[::ffff:10.47.3.19]", "sip:a@010.047.003.019"}},
		{kind.URI, kind.URI, "sip:a@[2001:db8::1]", []string{"sip:a@[2001:db8::1]", "sip:a@[2001:db8::1].",
			"sip:a@[2001:db8::1].:5060", "sip://a@[2001:db8::1]", "sip:a@[2001:db8::1.]:5060", "sip:a@2001:db8::1",
			"a@[2001:DB8::1]"}},
		{kind.URI, kind.URI, "sip:a@[fe80::1%25eth0]", []string{"sip:a@[fe80::1%25eth0]", "sip:a@[fe80::1%eth0]:5060"}},
		{kind.URI, kind.URI, "h323:10.47.3.19", []string{"h323:10.47.3.19", "H323:10.47.3.19.",
			"h323:10.47.3.19:1720"}},
		{kind.URI, kind.URI, "https://10.47.3.19:8443/a",
			[]string{"https://10.47.3.19:8443/a", "https://10.47.3.19.:8443/a",
				"HTTPS://10.47.3.19:8443/a#top", "<https://10.47.3.19:8443/a>;"}},
		{kind.URI, kind.URI, "https://[fe80::1%25eth0]/",
			[]string{"https://[fe80::1%25eth0]", "https://[fe80::1%25ETH0]:443/"}},
		{kind.URI, kind.URI, "mailto:a@b.example",
			[]string{"mailto:a@b.example", "smtp:a@b.example", "SMTP:A@b.example", "<mailto:a@b.example?cc=x>"}},
		{kind.URI, kind.Address, "10.47.3.19", []string{"10.47.3.19", "10.47.3.19:5060", "10.47.3.19.",
			"<10.47.3.19>", "\u200b10.47.3.19"}},
		{kind.URI, kind.URI, "tel:+4989123456", []string{"tel:+4989123456", "TEL:+49-89-123456", "+49 89 123456",
			"0049 89 123456", "tel:+49%2089%20123456", "٠٠٤٩٨٩١٢٣٤٥٦", "tel:+4989123456;cpc=ordinary"}},
		{kind.URI, kind.URI, "tel:7001", []string{"tel:7001", "7001", "70-01"}},
		{kind.URI, kind.URI, "tel:+4989123456;ext=7", []string{"tel:+4989123456;ext=7", "+49 89 123456 ext. 7",
			"tel:+49-89-123456;EXT=7", "tel:+4989123456 x7"}},
		{kind.URI, kind.URI, "sip:+4989123456@b.example;ext=7", []string{
			"sip:+4989123456;ext=7@b.example", "sip:+49-89-123456;ext=7@b.example;user=phone",
			"sip:+4989123456@b.example;ext=7",
			"sip:+4989123456;ext=7;cpc=payphone@b.example:5060",
		}},
		{kind.URI, kind.URI, "sip:7@b.example;ext=7;isub=1", []string{"sip:7@b.example;ext=7;isub=1",
			"sip:7@b.example;isub=1;transport=tcp;EXT=7", "7;ext=7@b.example;isub=1",
			"sip:7@b.example;ext=7;isub=1;ext=7"}},
		{kind.Phone, kind.Phone, "+4989123456;ext=12", []string{
			"+49 89 123456 ext 12", "+4989123456;ext=12", "tel:+49-89-123456;ext=12", "+49 89 123456 x12",
			"+49 89 123456 Extension 12", "+49 (89) 123456;EXT=1-2", "<tel:+4989123456;ext=12>",
			"Phone: +49 89 123456 ext.12",
			"(+49) (0)89 123456 x 12", "+４９ ８９ １２３４５６ ext １２", "\u200b+4989123456;ext=12", "+49–89–123456;ext=12",
		}},
		{kind.Phone, kind.Phone, "7001", []string{"7001", "70 01",
			"tel:7001", "TEL: 7001", "tel. 7001", "٧٠٠١", "'7001'", "7001;",
			"7001;cpc=x"}},
		{kind.User, kind.User, `acme\jane`, []string{`ACME\jane`, `ACME\\jane`, `ACME\\\\Jane`, `"ACME\jane"`, "ＡＣＭＥ＼ｊａｎｅ",
			`ACME\jane;`}},
		{kind.User, kind.User, "jane@acme.de", []string{"jane@acme.de", "smtp:jane@acme.de", "SIP:jane@acme.de",
			"<jane@ACME.de>", "mailto:jane@acme.de"}},
		{kind.User, kind.User, `cn=smith\, jane,dc=acme`,
			[]string{`CN=Smith\, Jane,DC=acme`, `cn=Smith\2C Jane, dc=acme;`,
				`<CN=Smith\, Jane,DC=acme>`, "CN=Smith\\, Jane\\ ,DC=acme", `CN="Smith, Jane",DC=acme`}},
		{kind.Site, kind.Site, "kassel", []string{"Kassel", "ｋａｓｓｅｌ", "Kas\u200bsel", "\"Kassel\"", "KASSEL,",
			"<Kassel>", "\u3000Kassel\u2003", "Kassel\u2800", "Kas\x00sel", "Kassel\ufe0f"}},
		{kind.Device, kind.Device, "saal 7", []string{"Saal 7", "Saal ７", "Saal ٧", "Saal\u30007"}},
		{kind.Name, kind.Name, "josé", []string{"José", "Jose\u0301", "JOSÉ", "Jos\xe9"}},
	} {
		for _, text := range tt.spellings {
			if turned, form := canonical.Form(tt.kind, text); turned != tt.turned || form != tt.form {
				t.Errorf("%s %q: got %s %q, want %s %q", tt.kind, text, turned, form, tt.turned, tt.form)
			}
		}
	}
}

// P15: each row has texts that look alike and mean different things.
func TestP15DifferentThingsDiffer(t *testing.T) {
	for of, rows := range map[kind.Kind][][]string{
		kind.Address: {
			{"10.1.0.0", "10.1.0.0/24", "10.1.0.0/25", "10.1.0.0/16", "10.1.0.0/31", "10.1.1.0/24", "10.1.0.1/24",
				"10.0.0.0/8", "0.0.0.0/0", "0.0.0.0", "0.0.0.0/8", "10.1.0.0/506000"},
			{"10.1.0.0", "10.1.0.0/255.255.0.0", "10.1.0.0/255.255.255.128", "10.1.0.0/0.0.0.255",
				"10.1.0.0/255.0.255.0", "1.10.in-addr.arpa/24", "10.in-addr.arpa", "0.0.10.in-addr.arpa"},
			{"2001:db8::", "2001:db8::/32", "2001:db8::/48", "2001:db8::/127", "2001:db8::1", "::/0", "::",
				"0.0.0.0/0"},
			{"fe80::1", "fe80::1%eth0", "fe80::1%eth1", "fe80::1%eth10", "fe80::1%25", "fe80::1%1", "fe80::2%eth0",
				"fe80::%eth0/64", "fe80::%eth1/64", "fe80::/64", "fe80::"},
			{"169.254.1.1", "169.254.1.1%eth0", "169.254.1.1%eth1"}, {"ff02::1", "ff02::1%eth0", "ff02::1%eth1"},
			{"fec0::1", "fec0::1%1", "fec0::1%2"},
			{"10.1.0.0", "10.1.0.0..", "10.1.0", "10.1.0.0.0", "10.1.0.0.example"},
			{"fe80--1s4.ipv6-literal.net", "fe80--1s5.ipv6-literal.net", "fe80--1.ipv6-literal.net"},
		},
		kind.Hostname: {{"10.1.0.0/24", "10.1.0.0/25", "10.1.0.0", "fe80::1%eth0", "fe80::1%eth1", "mcu", "mcu1"},
			{"straße.example", "strasse.example"}, {"٧.example", "7.example"}},
		kind.MAC: {{"00:e0:db:53:42:9a", "ac:00:e0:db:53:42:9a", "mac:00:e0:db:53:42:9b", "boardroom 00:e0:db:53:42:9a",
			"00:e0:db:53:42:9a:00:01"}},
		kind.Email: {{"jane@x.de", "mail-jane@x.de", "sip-jane@x.de", "smtp.jane@x.de", "e=jane@x.de",
			"jane@x.de.example"}, {"a%41@x.de", "aA@x.de"}},
		kind.URI: {
			{"sip:7@b.example", "sip:7@b.example;ext=7", "sip:7@b.example;ext=8", "sip:7@b.example;isub=7",
				"sip:7@b.example;phone-context=7", "sip:7@b.example;postd=7", "sip:7;ext=9@b.example",
				"sip:77@b.example"},
			{"sip:a@b.example", "sip:a@b.example;gr", "sip:a@b.example;gr=urn:uuid:1", "sip:a@b.example;gr=urn:uuid:2",
				"sip:a@b.example;opaque=app:conf:focus:id:1", "sip:a@b.example;opaque=app:conf:focus:id:2",
				"sip:a@b.example;target=c"},
			{"sip:a@b.example", "sips:a@b.example", "h323:a@b.example", "mailto:a@b.example", "sip:a@b.example:5061",
				"https://a@b.example", "sip:b.example", "sip:b.example;ext=1"},
			{"sip:a;b@c.example", "sip:a@c.example", "sip:a%3bext=7@c.example", "sip:a@c.example;ext=7"},
			{"sip:a%40x@c.example", "sip:a@c.example", "sip:x@c.example"},
			{"tel:+4989123456", "tel:+4989123456;ext=1", "tel:+4989123456;isub=1", "tel:+4989123456;phone-context=x"},
			{"tel:7001;phone-context=a.example", "tel:7001;phone-context=b.example", "tel:7001"},
			{"http://x/a", "https://x/a", "https://x/A", "https://x/a?b=1"},
			{"sip:a@[fe80::1%25eth0]", "sip:a@[fe80::1%25eth1]", "sip:a@[fe80::1]"},
			{"https://x/a%2fb", "https://x/a/b"},
			{"10.1.0.0/24", "10.1.0.0"},
		},
		kind.Phone: {{"7001", "+7001", "*72", "72"},
			{"+4989123456", "+4989123456;ext=1", "+4989123456;isub=1", "+49891234561", "+4989123456;ext=11"}},
		kind.User: {{`acme\jane`, "acme/jane", "acme jane", "jane"}, {`cn=a\;o=b`, "cn=a;o=b"},
			{`cn=a\+o=b`, "cn=a+o=b"}, {`cn=a\,`, "cn=a", `cn=a\\,`}, {"jane@x.de", "cn=jane@x.de"},
			{"cn=jsmith,dc=acme", "cn=jsmith,dc=other", "cn=a,cn=b,dc=acme"}},
		kind.Name: {{"Saal 7", "Saal 8", "Saal"}, {"Jos\xe9", "Jos\xe8"}, {"Wien (Nord)", "Wien"},
			{"a", "ä", "a\u0301"}},
	} {
		for _, row := range rows {
			seen := map[string]string{}
			for _, text := range row {
				turned, form := canonical.Form(of, text)
				id := string(turned) + " " + form
				if other, known := seen[id]; known {
					t.Errorf("%s %q and %q: both got %q, want two forms", of, text, other, id)
				}
				seen[id] = text
			}
		}
	}
}

// P15: networks with different prefixes differ, and no network equals its first address; a host is
// the same with every prefix of its interface.
func TestP15NetworksOfAnyPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address")
		a, length := netip.AddrFrom4([4]byte(raw)), rapid.IntRange(0, 31).Draw(t, "length")
		_, host := canonical.Form(kind.Address, a.String())
		_, form := canonical.Form(kind.Address, fmt.Sprintf("%s/%d", a, length))
		want := host
		if p := netip.PrefixFrom(a, length); p.Masked().Addr() == a {
			want = p.String()
		}
		if form != want {
			t.Fatalf("%s/%d: got %q, want %q", a, length, form, want)
		}
	})
}
