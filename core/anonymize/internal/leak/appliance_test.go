package leak

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// acme holds the files of a machine with names of every kind.
var acme = map[string]string{
	"etc/hostname":               "acme-core-01.corp.example.com\n",
	"proc/sys/kernel/domainname": "nis-wien\n",
	"etc/resolv.conf": "# by hand\nsearch clinic.example.org local\ndomain " +
		"branch.example.org\nnameserver 10.33.7.53\nnameserver 127.0.0.53\n",
	"etc/hosts": "127.0.0.1 localhost localhost.localdomain\n::1 ip6-localhost " +
		"ip6-loopback\n10.33.7.99 pbx-old # pbx\n\n",
	"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nsshd:x:74:74::/:/sbin/nologin\n" +
		"bridge:x:100:100::/:/bin/sh\njsmith:x:1000:1000:Jane Smith,Room 9:/home/j:/bin/bash\n" +
		"bob:x:1001:1001::/home/b:/bin/zsh\ndaemon2:x:1002:1002::/:/usr/sbin/nologin\nbroken\n",
	"sys/class/net/ignored/operstate": "",
}

// ANON-1: the appliance's names are read from every place where they are written down.
func TestApplianceKnowsItsNames(t *testing.T) {
	finds(t, gateOf(t, machineOf(t, "renamed-7", acme)), map[string]string{
		"on acme-core-01.corp.example.com":    RuleHost,
		"acme-core-01":                        RuleHost,
		"x.corp.example.com":                  RuleDomain,
		"renamed-7":                           RuleHost,
		"nis-wien":                            RuleDomain,
		"pc1.clinic.example.org":              RuleDomain,
		"branch.example.org":                  RuleDomain,
		"10.33.7.53":                          RuleNameServer,
		"10.33.7.99:22":                       RuleHosts,
		"pbx-old":                             RuleHosts,
		"login by jsmith":                     RuleUser,
		"Jane Smith":                          RuleUser,
		"bob logged in":                       RuleUser,
		"bobsleigh":                           "", // three letters match only as a whole word
		"localhost 127.0.0.1 ::1":             "",
		"root bridge sshd daemon2":            "",
		"local users":                         "",
		"ip6-localhost localhost.localdomain": "",
		"10.33.7.5":                           "",
		"127.0.0.53":                          "",
		"by hand":                             "",
	})
}

// ANON-1: a hardware address of an interface is found in every notation.
func TestMachineKnowsItsInterfaces(t *testing.T) {
	m := machineOf(t, "acme-core-01", bare)
	m.interfaces = func() ([]net.Interface, error) {
		return []net.Interface{{HardwareAddr: net.HardwareAddr{0, 0xe0, 0xdb, 1, 2, 3}}}, nil
	}
	finds(t, gateOf(t, m), map[string]string{
		"00:E0:DB:01:02:03": RuleMAC, "00e0.db01.0203": RuleMAC, "00e0db010203": RuleMAC, "00-e0-db-01-02-03": RuleMAC,
		"fe80::2e0:dbff:fe01:203": RuleMAC, "0:e0:db:1:2:3": RuleMAC,
	})
}

// S12: the kernel is asked for the addresses of all interfaces at once. It lists all of them each
// time, so asking for each interface would take time that grows with the square of their number.
func TestS12AddressesAreListedOnce(t *testing.T) {
	m, asked := machineOf(t, "acme-core-01", bare), 0
	m.interfaces = func() (all []net.Interface, _ error) {
		for i := range 5_000 {
			mac := net.HardwareAddr{0, 0xe0, 0xdb, 9, byte(i >> 8), byte(i)}
			all = append(all, net.Interface{Index: i + 1, HardwareAddr: mac})
		}
		return all, nil
	}
	m.addresses = func() (all []net.Addr, _ error) {
		asked++
		for i := range 5_000 {
			all = append(all, &net.IPNet{IP: net.IPv4(10, 33, byte(i>>8), byte(i)), Mask: net.CIDRMask(24, 32)})
		}
		return all, nil
	}
	finds(t, gateOf(t, m), map[string]string{"00e0.db09.1387": RuleMAC, "10.33.19.135": RuleAddress,
		"10.33.19.136": ""})
	if asked != 1 {
		t.Errorf("got %d lists of addresses, want 1", asked)
	}
}

// S12: a file pattern covers each of thousands of files, ignores those that are gone when they are
// read, and matches no file that only begins like it.
func TestS12ManyFilesOfAPattern(t *testing.T) {
	files := maps.Clone(bare)
	files["etc/krb5.conf.d/.last"] = "[libdefaults]\ndefault_realm = FULDA.EXAMPLE\n"
	files["sys/class/net/bonding_masters"] = "bond0\n"
	files["sys/class/net/veth4711/address"] = "00:e0:db:07:11:93\n"
	files["etc/systemd/timesyncd.conf.d/own.conf.old"] = "[Time]\nNTP=clock.kassel.example\n"
	files["etc/systemd/timesyncd.conf.d/.conf"] = "[Time]\nNTP=clock.hanau.example\n"
	m := machineOf(t, "acme-core-01", files)
	for i := range 5_000 {
		if err := os.Symlink("nowhere", filepath.Join(m.root, "etc/krb5.conf.d", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	finds(t, gateOf(t, m), map[string]string{"fulda.example": RuleDomain, "00-e0-db-07-11-93": RuleMAC,
		"kassel": "", "clock.hanau.example": RuleTimeServer})
}

// ANON-1: if a source of names cannot be read, the machine fails closed, and its gate lets nothing
// pass.
func TestMachineFailsClosed(t *testing.T) {
	good := machineOf(t, "localhost.localdomain", bare)
	if _, err := good.names(); err != nil {
		t.Fatalf("called localhost, without the files that not every system has: got %v, want no error", err)
	}
	no := errors.New("no")
	noName, emptyName, noInterfaces, noAddresses := good, good, good, good
	noName.hostname = func() (string, error) { return "", no }
	emptyName.hostname = func() (string, error) { return "", nil }
	noInterfaces.interfaces = func() ([]net.Interface, error) { return nil, no }
	noAddresses.addresses = func() ([]net.Addr, error) { return nil, no }
	for name, m := range map[string]machine{
		"no host name": noName, "empty name": emptyName, "no interfaces": noInterfaces,
		"no addresses":  noAddresses,
		"no hosts file": machineOf(t, "a", map[string]string{"etc/passwd": ""}),
		"no passwd":     machineOf(t, "a", map[string]string{"etc/hosts": ""}),
	} {
		names, err := m.names()
		if err == nil || names.each != nil {
			t.Errorf("%s: got %v, want an error and no names", name, err)
		}
		finds(t, New(names, Pseudonymized{}, nil), map[string]string{"harmless": RuleBlind})
	}
}
