package leak

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// links are the addresses of the interfaces.
func (m machine) links() ([]named, error) {
	interfaces, err := m.interfaces()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	var all []named
	for _, link := range interfaces {
		if text := link.HardwareAddr.String(); text != "" {
			all = append(all, named{RuleMAC, value{kind.MAC, text}})
		}
		if link.Index == 0 {
			continue // made up by a test: it has no addresses to ask for
		}
		addresses, err := link.Addrs()
		if err != nil {
			return nil, fmt.Errorf("list addresses: %w", err)
		}
		for _, a := range addresses {
			all = append(all, address(RuleAddress, a)...)
		}
	}
	return all, nil
}

func address(rule string, a net.Addr) []named {
	return literal(rule, a.String())
}

// literal is the address in text, if there is one that tells something.
func literal(rule, text string) []named {
	a, ok := canonical.Address(text)
	if !ok || unspecific(a) {
		return nil
	}
	return []named{{rule, value{kind.Address, a.String()}}}
}

// unspecific are addresses that every machine has.
func unspecific(a netip.Addr) bool {
	return a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// hosts are the names and addresses in /etc/hosts: those of the machines that this one knows.
func (m machine) hosts() ([]named, error) {
	text, err := m.read("etc/hosts")
	if err != nil {
		return nil, err
	}
	var all []named
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		all = append(all, literal(RuleHosts, words[0])...)
		for _, name := range words[1:] {
			all = append(all, host(RuleHosts, name)...)
		}
	}
	return all, nil
}

// domains are the NIS domain and what /etc/resolv.conf says; a system may have neither.
func (m machine) domains() ([]named, error) {
	nis, err := m.optional("proc/sys/kernel/domainname")
	if err != nil {
		return nil, err
	}
	text, err := m.optional("etc/resolv.conf")
	if err != nil {
		return nil, err
	}
	all := host(RuleDomain, strings.TrimSpace(nis))
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) < 2:
		case words[0] == "search" || words[0] == "domain":
			for _, domain := range words[1:] {
				all = append(all, host(RuleDomain, domain)...)
			}
		case words[0] == "nameserver":
			all = append(all, literal(RuleAddress, words[1])...)
		}
	}
	return all, nil
}

// firstPerson is the lowest number that any Linux gives to a person's account. Lower ones come with the system and are
// called the same on every appliance, as root is.
const firstPerson = 500

var noLogin = []string{"nologin", "false", "sync", "halt", "shutdown", "true"}

// people are the accounts with a login shell, with the full name that the account may state.
func (m machine) people() ([]named, error) {
	text, err := m.read("etc/passwd")
	if err != nil {
		return nil, err
	}
	var all []named
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimSpace(line), ":")
		if len(parts) != 7 || !person(parts[2], parts[6]) {
			continue
		}
		full, _, _ := strings.Cut(parts[4], ",")
		for _, name := range []string{parts[0], strings.TrimSpace(full)} {
			if name != "" {
				all = append(all, named{RuleUser, value{kind.User, name}})
			}
		}
	}
	return all, nil
}

func person(number, shell string) bool {
	uid, err := strconv.Atoi(number)
	base := shell[strings.LastIndexByte(shell, '/')+1:]
	return err == nil && uid >= firstPerson && !slices.Contains(noLogin, base)
}
