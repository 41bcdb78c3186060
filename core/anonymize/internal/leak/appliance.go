package leak

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"unicode/utf8"

	"polycom.com/usagedata/core/kind"
)

// Names holds the names of this appliance for the leak gate. They are held in funcs, so that nothing
// can print them. The zero Names knows nothing, and a gate that is made with it lets nothing pass.
type Names struct {
	each   func(func(named))
	serial func(text string) bool
}

// Unnamed are the names of an appliance that is called nothing, for examples and measurements. What is made with them
// is not sent.
func Unnamed() Names { return Names{each: func(func(named)) {}} }

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

// Appliance learns the names of the machine whose files are below root: its host names, domains, addresses and hardware
// addresses, the people with an account, and the machines that its configuration files name. The running host name and
// the interfaces are those of the machine that this runs on. It fails if a file that every service can read cannot be
// read, because a gate that knows half of the names would let the others pass. [Names.With] adds the names of the
// service's own configuration.
func Appliance(root string) (Names, error) {
	return machine{root: root, hostname: os.Hostname, interfaces: net.Interfaces}.names()
}

// OwnSerial reports whether text is a serial number of this system, as the host reads it from the
// firmware. It is false for every text if the firmware has none or the service may not read it.
func (n Names) OwnSerial(text string) bool { return n.serial != nil && n.serial(text) }

// machine is the source of the names.
type machine struct {
	root       string
	hostname   func() (string, error)
	interfaces func() ([]net.Interface, error)
}

func (m machine) names() (Names, error) {
	var l learner
	problems := []error{m.running(&l), m.links(&l), m.hosts(&l)}
	for _, f := range files {
		problems = append(problems, m.learn(&l, f))
	}
	serial, err := m.serials()
	if err := errors.Join(append(problems, err)...); err != nil {
		return Names{}, fmt.Errorf("learn the names of the appliance: %w", err)
	}
	l.parts = nil
	return Names{each: l.each, serial: serial}, nil
}

// running is the host name that is in force. The one in /etc/hostname differs from it after a change
// until the next start.
func (m machine) running(l *learner) error {
	name, err := m.hostname()
	if err == nil && name == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return fmt.Errorf("read host name: %w", err)
	}
	l.ownHost(name)
	return nil
}

// learner collects names. Its methods parse the texts of others.
type learner struct {
	chunks [][]named       // a slice that grew would be copied again and again
	parts  map[string]bool // that were learnt already: people share names, and hosts their domain
}

const (
	chunk      = 1 << 10
	minDerived = 3 // characters
)

func (l *learner) each(yield func(named)) {
	for _, names := range l.chunks {
		for _, n := range names {
			yield(n)
		}
	}
}

func (l *learner) add(n named) {
	last := len(l.chunks) - 1
	if last < 0 || len(l.chunks[last]) == chunk {
		l.chunks = append(l.chunks, make([]named, 0, chunk))
		last++
	}
	l.chunks[last] = append(l.chunks[last], n)
}

// one learns a text as it is.
func (l *learner) one(rule string, k kind.Kind, text string) {
	if text != "" && !commonNames[text] {
		l.add(named{rule: rule, value: value{k, text}})
	}
}

// derived learns a part of a name unless all its words are ordinary, as in `dc01` and `site-2`.
func (l *learner) derived(rule string, k kind.Kind, text string) {
	if l.parts[text] {
		return
	}
	if l.parts == nil {
		l.parts = map[string]bool{}
	}
	l.parts[text] = true
	if utf8.RuneCountInString(text) >= minDerived && !commonNames[strings.ToLower(text)] && !allOrdinary(text) {
		l.add(named{rule: rule, value: value{k, text}, part: true})
	}
}
