package anonymize_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
)

// ANON-1: same value in any notation, same token; another value, another one.
func TestAddressInAnyNotation(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	rapid.Check(t, func(r *rapid.T) {
		raw := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(r, "address"))
		raw[0] |= 1 // 0.x is no host
		quad := netip.AddrFrom4(raw)
		want := token(t, a, kind.Address, quad.String())
		for _, text := range []string{
			quad.String() + ":5060", quad.String() + "/24", fmt.Sprintf("::ffff:%02x%02x:%02x%02x", raw[0], raw[1], raw[2], raw[3]),
			fmt.Sprintf("[::FFFF:%s]:443", quad), fmt.Sprintf("%03d.%03d.%03d.%03d", raw[0], raw[1], raw[2], raw[3]),
			fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa", raw[3], raw[2], raw[1], raw[0]),
		} {
			if got := token(t, a, kind.Address, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, quad)
			}
		}
		if token(t, a, kind.Address, quad.Next().String()) == want {
			r.Fatalf("%s and the next address: got one token, want two", quad)
		}
	})
}

func TestIPv6InAnyNotation(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	rapid.Check(t, func(r *rapid.T) {
		raw := [16]byte(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0, 1, 0xab}), 16, 16).Draw(r, "address"))
		raw[0] = 0x20
		long := netip.AddrFrom16(raw)
		want := token(t, a, kind.Address, long.String())
		for _, text := range []string{
			long.StringExpanded(), strings.ToUpper(long.String()), "[" + long.String() + "]:443", long.String() + "%eth0", long.String() + "/64",
			strings.ReplaceAll(long.String(), ":", "-") + ".ipv6-literal.net",
		} {
			if got := token(t, a, kind.Address, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, long)
			}
		}
	})
}

func TestMACInAnyNotation(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(r, "mac")
		bare := fmt.Sprintf("%x", m)
		want := token(t, a, kind.MAC, bare)
		for _, format := range []string{"%02x:%02x:%02x:%02x:%02x:%02x", "%02X-%02X-%02X-%02X-%02X-%02X", "%x:%x:%x:%x:%x:%x",
			"%02x%02x.%02x%02x.%02x%02x", "%02x%02x%02x-%02x%02x%02x", "%02x %02x %02x %02x %02x %02x"} {
			text := fmt.Sprintf(format, m[0], m[1], m[2], m[3], m[4], m[5])
			if got := token(t, a, kind.MAC, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, bare)
			}
		}
	})
}

// ANON-1: names are one in every script, case and composition.
func TestNamesInAnyCase(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringMatching(`[a-zäöüéßñåœ]{1,10}( [а-я]{1,8})?`).Draw(r, "name")
		want := token(t, a, kind.Name, name)
		for _, text := range []string{strings.ToUpper(name), " " + name + " ", strings.ReplaceAll(name, " ", "  ")} {
			if token(t, a, kind.Name, text) != want {
				r.Fatalf("%q: got another token than for %q", text, name)
			}
		}
	})
}

// ANON-1: a token has nothing of its value. Four letters of it turn up by chance about once in 5,000 tokens; by more than
// chance they would in most.
func TestTokensHoldNothingOfTheValue(t *testing.T) {
	a := anonymize.New(anonymize.EphemeralKey(), acme())
	const values = 2000
	hits := 0
	for i := range values {
		value := fmt.Sprintf("acme%05d vienna%04x", i*7919, i*31)
		_, tail, _ := strings.Cut(token(t, a, kind.Name, value), "-")
		for at := 0; at+4 <= len(value); at++ {
			if strings.Contains(tail, value[at:at+4]) {
				hits++
			}
		}
	}
	// 2,000 values with 18 quads each at 23 places of 32^4: 0.8 are expected.
	if hits > 8 {
		t.Errorf("got %d quads of values in their tokens, want what chance gives (about 1)", hits)
	}
}

// ANON-1: kinds, keys and parts are kept apart; tokens do not collide.
func TestTokensDiffer(t *testing.T) {
	key := anonymize.EphemeralKey()
	a, b := anonymize.New(key, acme()), anonymize.New(anonymize.EphemeralKey(), acme())
	tails := map[string]string{}
	add := func(what, token string) {
		_, tail, _ := strings.Cut(token, "-")
		if other, known := tails[tail]; known {
			t.Errorf("%s and %s: got one token", what, other)
		}
		tails[tail] = what
	}
	for _, of := range []kind.Kind{kind.User, kind.Device, kind.System, kind.Site, kind.Name} {
		add(string(of), token(t, a, of, "vienna"))
		add(string(of)+" with another key", token(t, b, of, "vienna"))
	}
	add("identity", "x-"+key.ID("pseudonym", "name", "vienna"))
	for i := range 20_000 {
		value := fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
		add(value, token(t, a, kind.Address, value))
	}
}
