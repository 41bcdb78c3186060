package leak

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/core/kind"
)

// Names are what this appliance is called, for the leak gate alone: a func holds them, so that nothing can print them. The
// zero Names know nothing, and a gate with them lets nothing pass.
type Names struct {
	each func(func(named))
}

// value is a raw text with the kind of the field that held it.
type value struct {
	kind kind.Kind
	text string
}

// Unnamed are the names of an appliance that is called nothing, for examples and measurements. What is made with them is not sent.
func Unnamed() Names { return Names{each: func(func(named)) {}} }

// named is one name with the rule that a hit is reported under.
type named struct {
	rule string
	value
}

// The rules of the leak gate, in the words of its reports.
const (
	RuleHost    = "own host name"
	RuleDomain  = "own domain"
	RuleAddress = "own address"
	RuleMAC     = "own hardware address"
	RuleHosts   = "name in the hosts file"
	RuleUser    = "local user name"
	RuleRaw     = "value that was pseudonymized"
	RuleBlind   = "own names not known"
)

// Appliance learns what this machine is called: its host names, its network and NIS domains, addresses and hardware
// addresses, the names in its hosts file, and the people with an account. It fails where one of the sources can't be
// read, because a gate that knows half of the names would let the others pass.
func Appliance() (Names, error) { return ApplianceAt("/") }

// ApplianceAt is Appliance for a machine whose files lie below root; the host name that runs and the interfaces are this machine's.
func ApplianceAt(root string) (Names, error) {
	return machine{root: root, hostname: os.Hostname, interfaces: net.Interfaces}.names()
}

// machine is where the names come from.
type machine struct {
	root       string
	hostname   func() (string, error)
	interfaces func() ([]net.Interface, error)
}

func (m machine) names() (Names, error) {
	var all []named
	var problems []error
	for _, source := range []func() ([]named, error){m.hostNames, m.links, m.hosts, m.people, m.domains} {
		found, err := source()
		all = append(all, found...)
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return Names{}, fmt.Errorf("learn what the appliance is called: %w", err)
	}
	return Names{each: func(yield func(named)) {
		for _, n := range all {
			yield(n)
		}
	}}, nil
}

// hostNames are the running name and the one in the file, which differ after a change until the next start; each also without
// its domain, and the domain by itself.
func (m machine) hostNames() ([]named, error) {
	running, err := m.hostname()
	if err == nil && running == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read host name: %w", err)
	}
	written, err := m.optional("etc/hostname")
	if err != nil {
		return nil, err
	}
	var all []named
	for _, full := range append(strings.Fields(written), running) {
		full = strings.TrimSuffix(full, ".")
		short, domain, _ := strings.Cut(full, ".")
		all = append(all, host(RuleDomain, domain)...)
		all = append(all, host(RuleHost, short)...)
		all = append(all, host(RuleHost, full)...)
	}
	return all, nil
}

// host leaves out what is called so commonNames.
func host(rule, name string) []named {
	name = strings.Trim(name, ".")
	if name == "" || commonNames[strings.ToLower(name)] {
		return nil
	}
	return []named{{rule, value{kind.Hostname, name}}}
}

// commonNames are names that many networks use (RFC 6761, RFC 6762) and so tell nothing of this one.
var commonNames = wordSet("localhost localhost.localdomain localdomain local lan home home.arpa internal intranet private corp test" +
	" example invalid arpa in-addr.arpa ip6.arpa workgroup (none) localhost4 localhost6 localhost4.localdomain4" +
	" localhost6.localdomain6 localdomain4 localdomain6 ip6-localhost ip6-loopback ip6-localnet ip6-mcastprefix ip6-allnodes" +
	" ip6-allrouters ip6-allhosts broadcasthost")

func (m machine) read(path string) (string, error) {
	text, err := os.ReadFile(filepath.Join(m.root, path))
	return string(text), err
}

// optional reads a file that not every system has.
func (m machine) optional(path string) (string, error) {
	text, err := m.read(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return text, err
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
