package observe

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// laid returns an address of that family in the kernel's layout.
func laid(family uint16, rest ...byte) []byte {
	return append(binary.NativeEndian.AppendUint16(nil, family), rest...)
}

func six(port byte, address string, scope uint32) []byte {
	raw := laid(unix.AF_INET6, 0, port, 0, 0, 0, 0)
	return binary.NativeEndian.AppendUint32(append(raw, netip.MustParseAddr(address).AsSlice()...), scope)
}

func TestAddresses(t *testing.T) {
	long := strings.Repeat("n", 108)
	for _, test := range []struct {
		raw      []byte
		protocol int
		want     string
	}{
		{laid(unix.AF_INET, 1, 187, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0), unix.IPPROTO_TCP, "tcp 127.0.0.1:443"},
		{laid(unix.AF_INET, 0, 53, 127, 0, 0, 1), unix.IPPROTO_UDP, "udp 127.0.0.1:53"},
		{laid(unix.AF_INET, 0, 53, 127, 0, 0, 1), mptcp, "tcp 127.0.0.1:53"},
		{laid(unix.AF_INET, 0, 0, 127, 0, 0, 1), unix.IPPROTO_ICMP, "ip 127.0.0.1:0"},
		{laid(unix.AF_INET, 0, 53, 127, 0, 0, 1), -1, "ip 127.0.0.1:53"},
		{laid(unix.AF_INET, 0, 53, 127), unix.IPPROTO_UDP, "udp"},
		{six(53, "::1", 0), unix.IPPROTO_UDP, "udp [::1]:53"},
		{six(53, "::", 0), unix.IPPROTO_TCP, "tcp [::]:53"},
		{six(53, "fe80::1", 2), unix.IPPROTO_UDP, "udp [fe80::1%2]:53"},
		{six(53, "::ffff:127.0.0.1", 2), unix.IPPROTO_TCP, "tcp 127.0.0.1:53"},
		{six(53, "::1", 0)[:24], unix.IPPROTO_TCP, "tcp [::1]:53"},
		{six(53, "::1", 0)[:23], unix.IPPROTO_TCP, "tcp"},
		{laid(unix.AF_UNIX, []byte("/run/x\x00rest")...), 0, "unix /run/x"},
		{laid(unix.AF_UNIX, []byte("/run/x")...), 0, "unix /run/x"},
		{laid(unix.AF_UNIX, []byte(long)...), 0, "unix " + long},
		{laid(unix.AF_UNIX, []byte("\x00abstract")...), 0, "unix @abstract"},
		{laid(unix.AF_UNIX), 0, "unix @"},
		{laid(unix.AF_NETLINK, 0, 0, 0, 0), unix.NETLINK_ROUTE, "netlink route"},
		{laid(unix.AF_NETLINK, 0, 0, 0, 0), unix.NETLINK_AUDIT, "netlink 9"},
		{laid(unix.AF_PACKET, 0, 0), 0, "family 17"},
		{[]byte{1}, unix.IPPROTO_TCP, ""},
		{nil, unix.IPPROTO_TCP, ""},
	} {
		if got := named(test.raw, test.protocol); got != test.want {
			t.Errorf("%x: got %q want %q", test.raw, got, test.want)
		}
	}
}

// The address that a program passes is untrusted input.
func FuzzAddress(f *testing.F) {
	f.Add(laid(unix.AF_INET, 1, 187, 127, 0, 0, 1), unix.IPPROTO_TCP)
	f.Add(six(53, "fe80::1", 2), unix.IPPROTO_UDP)
	f.Add(laid(unix.AF_UNIX, []byte("\x00abstract")...), 0)
	f.Add(laid(unix.AF_UNIX, []byte("relative")...), 0)
	f.Add(laid(unix.AF_UNIX, ' '), 0)
	f.Add([]byte{1}, -1)
	f.Fuzz(func(t *testing.T, raw []byte, protocol int) {
		text := notice{}.absolute(named(raw, protocol))
		network, address, _ := strings.Cut(text, " ")
		switch network {
		case "tcp", "udp", "ip":
			if _, err := netip.ParseAddrPort(address); err != nil && address != "" {
				t.Errorf("%x: got %q, no address: %v", raw, text, err)
			}
		case "unix":
			if address != "" && address[0] != '@' && address[0] != '/' {
				t.Errorf("%x: got %q, no absolute path", raw, text)
			}
		case "netlink", "family":
		case "":
			if len(raw) > 1 {
				t.Errorf("%x: got nothing", raw)
			}
		default:
			t.Errorf("%x: got %q", raw, text)
		}
	})
}
