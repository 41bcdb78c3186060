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

// notation writes one thing of a kind in one of its notations.
type notation func(t *rapid.T, thing [2]uint16) string

func anyCase(t *rapid.T, text string) string {
	if rapid.Bool().Draw(t, "upper") {
		return strings.ToUpper(text)
	}
	return text
}

// ANON-1: however two things of a kind are written, their tokens are equal if they are the same
// thing, and differ if they are not.
func TestAnyNotation(t *testing.T) {
	c := newCycle()
	draw := func(t *rapid.T, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, "notation") }
	for of, write := range map[kind.Kind]notation{
		kind.Address: func(t *rapid.T, n [2]uint16) string {
			// 11.0.0.0/16 is a network.
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
			return anyCase(t, "sip:") + anyCase(t, fmt.Sprintf("s%d@h%d.example", n[0], n[1])) +
				draw(t, "", ":5060", ";user=ip", ":5060;transport=udp")
		},
		kind.Phone: func(t *rapid.T, n [2]uint16) string {
			return draw(t, "+43", "0043", "tel:+43", "+43 (0)") +
				fmt.Sprintf("9%s%05d%s%05d", draw(t, "", " ", "-"), n[0], draw(t, "", ".", " "), n[1])
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

// ANON-1: a user, a site and a device of the same name cannot be joined by their tokens, nor with
// an identity.
func TestTokensOfOneNameDifferByKind(t *testing.T) {
	c, of := newCycle(), map[string]kind.Kind{}
	of[c.key.ID("pseudonym", string(kind.Name), "kassel")] = "identity"
	for _, k := range []kind.Kind{kind.User, kind.Device, kind.System, kind.Site, kind.Name, kind.Hostname} {
		_, tail, _ := strings.Cut(c.token(t, k, "kassel"), "-")
		if other, there := of[tail]; there {
			t.Errorf("%s and %s: got tokens that differ in their kind only", other, k)
		}
		of[tail] = k
	}
}

// ANON-1: different values have different tokens, and no token contains four letters of its value
// more often than by chance. The run over ten million takes about a minute: go test
// ./core/anonymize -run DifferentTokens -args -tokens 10000000.
func TestDifferentValuesDifferentTokens(t *testing.T) {
	names := []string{"vienna%06x", "sip:u%d@lab.example", "02aa%08x", "n%d.example.org", "+43 1 %08d"}
	kinds := []kind.Kind{kind.Site, kind.URI, kind.MAC, kind.Hostname, kind.Phone}
	seed, tails := maphash.MakeSeed(), make([]uint64, 0, *manyTokens)
	quads, places := 0, 0
	c := newCycle()
	const batch = 5000 // a single cycle would fill the memory
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
