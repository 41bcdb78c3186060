package anonymize_test

import (
	"flag"
	"fmt"
	"hash/maphash"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
)

// ANON-1: each row is one thing, in the notations that people, products and directories write it in; it has one token,
// which no other row has.
func TestSameThingSameToken(t *testing.T) {
	c := newCycle()
	rows := map[string]string{}
	for _, tt := range []struct {
		kind      kind.Kind
		notations []string
	}{
		{kind.Address, []string{"10.33.7.21", "10.33.7.21:5060", "::ffff:a21:715", "0x0a210715", "169936661",
			"21.7.33.10.in-addr.arpa.",
			"10.33.7.21.", "10.33.7.21/24", "\u200b10.33.7.21", "１０．３３．７．２１", "ip: <10.33.7.21>;"}},
		{kind.Address, []string{"10.33.7.0/24", "10.33.7.0/255.255.255.0", "7.33.10.in-addr.arpa"}},
		{kind.Address, []string{"10.33.7.0/25", "10.33.7.0/255.255.255.128"}},
		{kind.Address, []string{"10.33.7.0", "10.33.7.0."}},
		{kind.Address, []string{"fe80::21", "fe80:0::21", "[fe80::21]."}},
		{kind.Address, []string{"fe80::21%eth0", "[fe80::21%25eth0]:443", "FE80::21%ETH0"}},
		{kind.Address, []string{"fe80::21%eth1", "fe80::21%eth1/64"}},
		{kind.Address, []string{"fd00::21", "FD00:0:0:0:0:0:0:21", "[fd00::21%eth0]:443", "fd00::0021/64",
			"fd00--21.ipv6-literal.net"}},
		{kind.MAC, []string{"02:11:22:0a:0b:0c", "02-11-22-0A-0B-0C", "0211.220a.0b0c", "0211220a0b0c", "2:11:22:a:b:c",
			"021122-0a0b0c",
			"MAC:02:11:22:0a:0b:0c", "mac=0211220a0b0c", "HWaddr 02:11:22:0A:0B:0C", "link/ether 02:11:22:0a:0b:0c"}},
		{kind.Hostname, []string{"gräz-9.example.org", "GRÄZ-9.example.org.", "xn--grz-9-hra.example.org"}},
		{kind.Hostname, []string{`BRANCH\kiosk_4`, `branch\\KIOSK_4`}},
		{kind.User, []string{"CN=Ana Ruiz,OU=Lab,DC=example", "cn=ana ruiz;ou=lab;dc=EXAMPLE",
			`CN=Ana\20Ruiz, OU=Lab, DC=example`}},
		{kind.User, []string{"aruiz", "ARuiz", " aruiz "}},
		{kind.Email, []string{"ana.ruiz@lab.example", "Ana.Ruiz@LAB.example.", "mailto:ana.ruiz@lab.example",
			"Ana <ana.ruiz@lab.example>",
			"smtp:ana.ruiz@lab.example", "SMTP:Ana.Ruiz@lab.example;", "sip:ana.ruiz@lab.example", "'ana.ruiz@lab.example',"}},
		{kind.URI, []string{"sip:ana@lab.example", "SIP:Ana@LAB.example:5060;transport=tls", "<sip:ana:pw@lab.example>",
			"ana@lab.example", "sip:ana@lab.example;maddr=10.1.2.3"}},
		{kind.URI, []string{"sip:ana@lab.example;ext=7", "sip:ana@lab.example;transport=tcp;ext=7", "ana;ext=7@lab.example"}},
		{kind.URI, []string{"sip:ana@lab.example;ext=8"}},
		{kind.URI, []string{"sips:ana@lab.example", "sips:ana@lab.example:5061"}},
		{kind.URI, []string{"h323:atrium@10.33.7.21", "H323:Atrium@10.33.7.21:1720"}},
		{kind.URI, []string{"tel:+43-1-234567", "TEL:+431234567", "+43 1 234567"}},
		{kind.Phone, []string{"+43 1 234567", "0043 1 234 567", "+43 (0)1 234-567", "tel:+431234567"}},
		{kind.Phone, []string{"7102", "71 02"}},
		{kind.Device, []string{"Atrium Nord", "ATRIUM  NORD", "atrium\u00a0nord", "Atr\u00adium Nord"}},
		{kind.System, []string{"Größe", "GRÖSSE", "gro\u0308ße"}},
		{kind.Site, []string{"大阪", "\u200e大阪"}},
		{kind.Name, []string{"Ελένη", "ΕΛΈΝΗ"}},
	} {
		want := c.token(t, tt.kind, tt.notations[0])
		if other, known := rows[want]; known {
			t.Errorf("%s and %s: got one token, want two", other, tt.notations[0])
		}
		rows[want] = tt.notations[0]
		for _, text := range tt.notations[1:] {
			if got := c.token(t, tt.kind, text); got != want {
				t.Errorf("%s %q: got %s, want %s as for %q", tt.kind, text, got, want, tt.notations[0])
			}
		}
	}
}

// notation writes one thing of a kind in a way of its own.
type notation func(t *rapid.T, thing [2]uint16) string

func anyCase(t *rapid.T, text string) string {
	if rapid.Bool().Draw(t, "upper") {
		return strings.ToUpper(text)
	}
	return text
}

// ANON-1: however two things of a kind are written, their tokens are the same where they are one, and differ where they
// are two.
func TestAnyNotation(t *testing.T) {
	c := newCycle()
	draw := func(t *rapid.T, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, "notation") }
	for of, write := range map[kind.Kind]notation{
		kind.Address: func(t *rapid.T, n [2]uint16) string {
			// 11.0.0.0/16 is a network
			quad := netip.AddrFrom4([4]byte{11, byte(n[0] >> 8), byte(n[0]), byte(n[1]) + 1}).String()
			return draw(t, quad, quad+".", quad+":5061", quad+"/16", quad+"/24", "::ffff:"+quad, "[::FFFF:"+quad+"]:1")
		},
		kind.MAC: func(t *rapid.T, n [2]uint16) string {
			bare := fmt.Sprintf("02aa%04x%04x", n[0], n[1])
			sign := draw(t, "", ":", "-", ".")
			return anyCase(t, grouped(bare, sign, map[string]int{"": 12, ":": 2, "-": 2, ".": 4}[sign]))
		},
		kind.Hostname: func(t *rapid.T, n [2]uint16) string {
			return anyCase(t, fmt.Sprintf("n%dö-%d.example", n[0], n[1])) + draw(t, "", ".", ":80")
		},
		kind.User: func(t *rapid.T, n [2]uint16) string {
			return anyCase(t, fmt.Sprintf("cn=u%d%sou=g%d", n[0], draw(t, ",", ", ", ";", " , "), n[1]))
		},
		kind.Email: func(t *rapid.T, n [2]uint16) string {
			return fmt.Sprintf(draw(t, "%s", "%s.", "<%s>", "X Y <%s>", "mailto:%s"),
				anyCase(t, fmt.Sprintf("e%d@h%d.example", n[0], n[1])))
		},
		kind.URI: func(t *rapid.T, n [2]uint16) string {
			return anyCase(t, "sip:") + anyCase(t, fmt.Sprintf("s%d@h%d.example", n[0], n[1])) + draw(t, "", ":5060", ";user=ip",
				":5060;transport=udp")
		},
		kind.Phone: func(t *rapid.T, n [2]uint16) string {
			return draw(t, "+43", "0043", "tel:+43", "+43 (0)") + fmt.Sprintf("9%s%05d%s%05d", draw(t, "", " ", "-"), n[0],
				draw(t, "", ".", " "), n[1])
		},
		kind.Name: func(t *rapid.T, n [2]uint16) string {
			return anyCase(t, fmt.Sprintf("ñ%d%sß%d", n[0], draw(t, " ", "  ", "\u00a0"), n[1]))
		},
	} {
		rapid.Check(t, func(t *rapid.T) {
			thing := rapid.Custom(func(t *rapid.T) [2]uint16 {
				return [2]uint16{rapid.Uint16Range(0, 3).Draw(t, "a"), rapid.Uint16Range(0, 3).Draw(t, "b")}
			})
			one, other := thing.Draw(t, "one"), thing.Draw(t, "other")
			first, second := write(t, one), write(t, other)
			tokens := c.tokens(t, of, first, second)
			same := tokens[0] == tokens[1]
			if want := one == other; same != want {
				t.Fatalf("%s %q and %q: got one token %v, want %v", of, first, second, same, want)
			}
		})
	}
}

func grouped(text, sign string, size int) string {
	var groups []string
	for ; text != ""; text = text[size:] {
		groups = append(groups, text[:size])
	}
	return strings.Join(groups, sign)
}

var manyTokens = flag.Int("tokens", 200_000, "how many values TestDifferentValuesDifferentTokens gives tokens to")

// ANON-1: a user, a site and a device of the same name can't be joined by their tokens.
func TestTokensOfOneNameDifferByKind(t *testing.T) {
	c, of := newCycle(), map[string]kind.Kind{}
	for _, k := range []kind.Kind{kind.User, kind.Device, kind.System, kind.Site, kind.Name, kind.Hostname} {
		_, tail, _ := strings.Cut(c.token(t, k, "kassel"), "-")
		if other, there := of[tail]; there {
			t.Errorf("%s and %s: got tokens that differ in their kind only", other, k)
		}
		of[tail] = k
	}
}

// ANON-1: different values have different tokens, and none holds four letters of its value more often than by chance.
// The run over ten million takes about a minute: go test ./core/anonymize -run DifferentTokens -args -tokens 10000000.
func TestDifferentValuesDifferentTokens(t *testing.T) {
	names := []string{"vienna%06x", "sip:u%d@lab.example", "02aa%08x", "n%d.example.org", "+43 1 %08d"}
	kinds := []kind.Kind{kind.Site, kind.URI, kind.MAC, kind.Hostname, kind.Phone}
	seed, tails := maphash.MakeSeed(), make([]uint64, 0, *manyTokens)
	quads, places := 0, 0
	c := newCycle()
	const batch = 5000 // a cycle of all would fill the memory
	for from := 0; from < *manyTokens; from += batch {
		of := from / batch % len(kinds)
		var texts []string
		for i := from; i < min(from+batch, *manyTokens); i++ {
			texts = append(texts, fmt.Sprintf(names[of], i))
		}
		for i, token := range c.tokens(t, kinds[of], texts...) {
			_, tail, _ := strings.Cut(token.(string), "-")
			tails = append(tails, maphash.String(seed, tail))
			for at := 0; at+4 <= len(texts[i]); at++ {
				places += anonymize.TailSize - 3
				if strings.Contains(tail, texts[i][at:at+4]) {
					quads++
				}
			}
		}
	}
	// Two of ten million tokens share a hash of 64 bits by chance once in 370,000 runs.
	slices.Sort(tails)
	if different := len(slices.Compact(tails)); different != *manyTokens {
		t.Errorf("got %d tokens for %d values", different, *manyTokens)
	}
	if most := float64(places)/(32*32*32*32)*1.2 + 20; float64(quads) > most {
		t.Errorf("got %d quads of values in their tokens, want at most %.0f, which is chance", quads, most)
	}
}
