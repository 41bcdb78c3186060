package leak

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
)

// Names holds the names of this appliance for the leak gate. They are held in funcs, so that
// nothing can print them. The zero Names knows nothing, and a gate that is made with it lets
// nothing pass.
type Names struct {
	each   func(func(named))
	index  func() *leakIndex // made at the first use, which takes a second if there are thousands of names
	serial func(text string) bool
}

func namesOf(each func(func(named)), serial func(text string) bool) Names {
	return Names{each: each, serial: serial, index: sync.OnceValue(func() *leakIndex {
		x := newLeakIndex()
		each(func(n named) { x.add(n.rule, n.value) })
		return x
	})}
}

// Unnamed returns the names of an appliance without names, for examples and measurements. A
// document that is made with them is not sent.
func Unnamed() Names { return namesOf(func(func(named)) {}, nil) }

// value is a raw text with the kind of the field that held it.
type value struct {
	kind kind.Kind
	text string
}

// named is one name with the rule that reports use if the gate finds it.
type named struct {
	rule string
	value
	part bool // derived from a name: a domain's label, a word of a person's name
}

// The rules of the leak gate, in the words of its reports.
const (
	RuleHost       = "own host name"
	RuleDomain     = "own domain"
	RuleAddress    = "own address"
	RuleMAC        = "own hardware address"
	RuleMachine    = "own machine identifier"
	RuleHosts      = "name in the hosts file"
	RuleUser       = "local user name"
	RuleNameServer = "name server"
	RuleTimeServer = "time server"
	RuleSNMP       = "name in the configuration of the SNMP agent"
	RuleNetwork    = "name in the configuration of the network"
	RuleConfigured = "name in the configuration"
	RuleSecret     = "secret of the configuration"
	RuleRaw        = "value that was pseudonymized"
	RuleBlind      = "own names not known"
)

// Appliance learns the names of the machine whose files are below root: its host names, domains,
// addresses and hardware addresses, the people with an account, and the machines that its
// configuration files name. The running host name and the interfaces are those of the machine that
// this runs on. It fails if a file that every service can read cannot be read, because a gate that
// knows half of the names would let the others pass. [Names.With] adds the names of the service's
// own configuration.
func Appliance(root string) (Names, error) {
	return machine{root: root, hostname: os.Hostname, interfaces: net.Interfaces, addresses: net.InterfaceAddrs}.names()
}

// OwnSerial reports whether text is a serial number of this system, as the host reads it from the
// firmware. It is false for every text if the firmware has none or the service may not read it.
func (n Names) OwnSerial(text string) bool { return n.serial != nil && n.serial(text) }

// machine is the source of the names.
type machine struct {
	root       string
	hostname   func() (string, error)
	interfaces func() ([]net.Interface, error)
	addresses  func() ([]net.Addr, error) // of all interfaces
}

// source is a text or a list that names something. It is read again for each gate: the texts are
// shorter than the names that are derived from them.
type source func(l *learner)

func (m machine) names() (Names, error) {
	var all []source
	var problems []error
	for _, read := range []func() (source, error){m.running, m.links, m.hosts} {
		s, err := read()
		all, problems = append(all, s), append(problems, err)
	}
	for _, f := range files {
		s, err := m.learn(f)
		all, problems = append(all, s...), append(problems, err)
	}
	serial, err := m.serials()
	if err := errors.Join(append(problems, err)...); err != nil {
		return Names{}, fmt.Errorf("names of the appliance: %w", err)
	}
	return namesOf(func(yield func(named)) {
		l := learner{yield: yield}
		for _, s := range all {
			s(&l)
		}
	}, serial), nil
}

// running returns the host name that is in force. After a change it differs from /etc/hostname
// until the next start.
func (m machine) running() (source, error) {
	name, err := m.hostname()
	if err == nil && name == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read host name: %w", err)
	}
	return func(l *learner) { l.ownHost(name) }, nil
}

// learner yields the names that it finds. Its methods parse foreign text.
type learner struct {
	yield  func(named)
	recent map[string]bool // parts that were learned a moment ago: people share names, and hosts their domain
}

const (
	maxRecent  = 1 << 12
	minDerived = 3 // characters
)

// one learns a text as it is.
func (l *learner) one(rule string, k kind.Kind, text string) {
	if text != "" && !commonNames[text] {
		l.yield(named{rule: rule, value: value{k, text}})
	}
}

// derived learns a part of a name unless all its words are ordinary, as in `dc01` and `site-2`.
func (l *learner) derived(rule string, k kind.Kind, text string) {
	if l.recent[text] {
		return
	}
	if len(l.recent)%maxRecent == 0 {
		l.recent = map[string]bool{}
	}
	l.recent[text] = true
	if utf8.RuneCountInString(text) >= minDerived && !commonNames[strings.ToLower(text)] && !allOrdinary(text) {
		l.yield(named{rule: rule, value: value{k, text}, part: true})
	}
}
