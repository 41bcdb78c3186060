package profile

import (
	"strings"
	"testing"
)

// S17: [IsHost] accepts a host name or an IP address, without scheme, user, port, brackets or path.
func TestIsHost(t *testing.T) {
	label := strings.Repeat("a", 63)
	name := strings.Join([]string{label, label, label, label[:61]}, ".")
	for _, good := range []string{"localhost", "collect.example.com", "Collect.Example.COM.", "10.0.0.1", "::1",
		"2001:db8::1", "::ffff:10.0.0.1", "usage_1.corp", "xn--bcher-kva.example", "3com.example", "a", "host-1", "1.a",
		name, name + "."} {
		if !IsHost(good) {
			t.Errorf("%q: got refused, want accepted", good)
		}
	}
	for _, bad := range []string{"", " ", "https://localhost", "//localhost", "localhost:9501", "localhost:",
		"localhost ",
		" localhost", "localhost\n", "localhost/", "user@localhost", "[::1]", "::1]", "[::1]:9501", "::1/128",
		"exa mple.com",
		"10.0.0.999", "10.0.0.1.", "10.0.0", "010.0.0.1", "10.0.0.0/8", "1234", "fe80::1%eth0", ".", ".example.com",
		"a..example", "example.com..", "-a.example", "a-.example", "*.example.com", "bücher.example", "a%2e.example",
		"a,b", "a?b", "a#b", "a\\b", "a\x00b", label + "a.example", "b" + name} {
		if IsHost(bad) {
			t.Errorf("%q: got accepted, want refused", bad)
		}
	}
}
