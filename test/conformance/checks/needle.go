package checks

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/spelling"
)

// needle is a text to search for, and its description for the report, which must not contain a
// customer's name.
type needle struct{ text, called string }

// numbered returns needles that a report describes only by their number in the configuration.
func numbered(name string, texts []string) (all []needle) {
	for i, text := range texts {
		all = append(all, needle{text, fmt.Sprintf("%s number %d", name, i+1)})
	}
	return all
}

// find reports where the needles occur, in any spelling. Because there may be thousands of names,
// it first searches all texts at once for the names that occur anywhere.
func find(all []statement, needles []needle) (lines []string) {
	var whole strings.Builder
	for _, t := range all {
		whole.WriteString(t.text + "\n")
	}
	in := spelling.In(whole.String())
	needles = slices.DeleteFunc(slices.Clone(needles), func(n needle) bool { return !in.Holds(n.text) })
	for _, t := range all {
		in := spelling.In(t.text)
		for _, n := range needles {
			if in.Holds(n.text) {
				lines = append(lines, t.where+" holds "+n.called)
			}
		}
	}
	return lines
}

// Minimum lengths of names: shorter ones occur in texts by chance.
const (
	leastName = 4 // for names listed in the configuration
	leastOwn  = 6 // for names of the machine
)

// ofThisMachine returns the names that only this machine has: its host name, addresses and hardware
// addresses, and its system's ids. A name that is also a word of the profile is left out, because
// its occurrence proves nothing.
func ofThisMachine(s *scene.Scenes) ([]needle, error) {
	host, err := os.Hostname()
	links, failed := net.Interfaces()
	addresses, failedToo := net.InterfaceAddrs()
	if err := errors.Join(err, failed, failedToo); err != nil {
		return nil, err
	}
	short, _, _ := strings.Cut(host, ".")
	all := []needle{{host, "this machine's host name"}, {short, "this machine's host name"}}
	for _, link := range links {
		all = append(all, needle{link.HardwareAddr.String(), "a hardware address of this machine"})
	}
	for _, address := range addresses {
		if prefix, err := netip.ParsePrefix(address.String()); err == nil && !prefix.Addr().IsLoopback() {
			all = append(all, needle{prefix.Addr().String(), "an address of this machine"})
		}
	}
	for path, called := range map[string]string{"/proc/sys/kernel/random/boot_id": "this machine's boot id",
		"/etc/machine-id": "this machine's id"} {
		text, _ := os.ReadFile(path) // not every system has it
		all = append(all, needle{strings.TrimSpace(string(text)), called})
	}
	words := strings.ToLower(strings.Join(s.Product.Profile.Words(), " "))
	return slices.DeleteFunc(all, func(n needle) bool {
		return len(n.text) < leastOwn || strings.Trim(n.text, "0:") == "" ||
			strings.Contains(words, strings.ToLower(n.text))
	}), nil
}
