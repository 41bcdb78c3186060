package anonymize_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/usage"
)

// ANON-1: same value in any notation, same token; another value, another one.
func TestAddressInAnyNotation(t *testing.T) {
	c := newCycle()
	rapid.Check(t, func(r *rapid.T) {
		raw := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(r, "address"))
		raw[0] |= 1 // 0.x is no host
		raw[3] |= 1 // nor is 10.1.0.0/24
		quad := netip.AddrFrom4(raw)
		want := c.token(t, kind.Address, quad.String())
		for _, text := range []string{
			quad.String() + ":5060", quad.String() + "/24", fmt.Sprintf("::ffff:%02x%02x:%02x%02x", raw[0], raw[1],
				raw[2], raw[3]),
			fmt.Sprintf("[::FFFF:%s]:443", quad), fmt.Sprintf("%03d.%03d.%03d.%03d", raw[0], raw[1], raw[2], raw[3]),
			fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa", raw[3], raw[2], raw[1], raw[0]),
		} {
			if got := c.token(t, kind.Address, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, quad)
			}
		}
		if c.token(t, kind.Address, quad.Next().String()) == want {
			r.Fatalf("%s and the next address: got one token, want two", quad)
		}
	})
}

func TestIPv6InAnyNotation(t *testing.T) {
	c := newCycle()
	rapid.Check(t, func(r *rapid.T) {
		raw := [16]byte(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0, 1, 0xab}), 16, 16).Draw(r, "address"))
		raw[0], raw[15] = 0x20, raw[15]|1 // 2001:db8::/64 is a network
		long := netip.AddrFrom16(raw)
		want := c.token(t, kind.Address, long.String())
		for _, text := range []string{
			long.StringExpanded(), strings.ToUpper(long.String()), "[" + long.String() + "]:443", long.String() + "%eth0",
			long.String() + "/64",
			strings.ReplaceAll(long.String(), ":", "-") + ".ipv6-literal.net",
		} {
			if got := c.token(t, kind.Address, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, long)
			}
		}
	})
}

func TestMACInAnyNotation(t *testing.T) {
	c := newCycle()
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(r, "mac")
		bare := fmt.Sprintf("%x", m)
		want := c.token(t, kind.MAC, bare)
		for _, format := range []string{"%02x:%02x:%02x:%02x:%02x:%02x", "%02X-%02X-%02X-%02X-%02X-%02X", "%x:%x:%x:%x:%x:%x",
			"%02x%02x.%02x%02x.%02x%02x", "%02x%02x%02x-%02x%02x%02x", "%02x %02x %02x %02x %02x %02x"} {
			text := fmt.Sprintf(format, m[0], m[1], m[2], m[3], m[4], m[5])
			if got := c.token(t, kind.MAC, text); got != want {
				r.Fatalf("%s: got another token than for %s", text, bare)
			}
		}
	})
}

// ANON-1: names are one in every script, case and composition.
func TestNamesInAnyCase(t *testing.T) {
	c := newCycle()
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringMatching(`[a-zäöüéßñåœ]{1,10}( [а-я]{1,8})?`).Draw(r, "name")
		want := c.token(t, kind.Name, name)
		for _, text := range []string{strings.ToUpper(name), " " + name + " ", strings.ReplaceAll(name, " ", "  ")} {
			if c.token(t, kind.Name, text) != want {
				r.Fatalf("%q: got another token than for %q", text, name)
			}
		}
	})
}

// ANON-1: kinds, keys and parts are kept apart; tokens do not collide.
func TestTokensDiffer(t *testing.T) {
	c, other := newCycle(), newCycle()
	tails := map[string]string{}
	add := func(what string, token any) {
		_, tail, _ := strings.Cut(token.(string), "-")
		if other, known := tails[tail]; known {
			t.Errorf("%s and %s: got one token", what, other)
		}
		tails[tail] = what
	}
	for _, of := range []kind.Kind{kind.User, kind.Device, kind.System, kind.Site, kind.Name} {
		add(string(of), c.token(t, of, "vienna"))
		add(string(of)+" with another key", other.token(t, of, "vienna"))
	}
	add("identity", "x-"+c.key.ID("pseudonym", "name", "vienna"))
	var addresses []string
	for i := range 20_000 {
		addresses = append(addresses, fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
	}
	for i, token := range c.tokens(t, kind.Address, addresses...) {
		add(addresses[i], token)
	}
}

// ANON-1: a cycle's own tokens pass its gate, however many short names there are that one holds by chance.
func TestGateLetsTokensPass(t *testing.T) {
	c := newCycle()
	c.profile = wide()
	sites, phones := usage.List{}, usage.List{usage.Raw("7001")}
	for i := range 36 * 36 {
		sites = append(sites, usage.Raw(fmt.Sprintf("%02s", strconv.FormatInt(int64(i), 36))))
		phones = append(phones, usage.Raw(fmt.Sprint(1000+i*6)))
	}
	r := c.treat(usage.Observation{Category: "named", Field: usage.Raw("site"), Value: usage.Raw(sites)},
		usage.Observation{Category: "named", Field: usage.Raw("phone"), Value: usage.Raw(phones)},
		seen("named", "system", []any{"site", "phone"}))
	for _, fact := range r.Facts {
		for _, token := range fact.Value().([]any) {
			if rule, found := r.Gate.Find(token.(string), nil); found {
				t.Fatalf("%s: got %q, want it to pass", token, rule)
			}
			if _, found := r.Gate.Find(token.(string)+"/7001", nil); !found {
				t.Fatalf("%s: got a number missed behind it", token)
			}
		}
	}
}
