package leak

import "strings"

func (m machine) hosts() (source, error) {
	text, err := m.read("etc/hosts", always)
	if err != nil {
		return nil, err
	}
	own, err := m.shortNames()
	if err != nil {
		return nil, err
	}
	return func(l *learner) { l.hostsFile(text, own) }, nil
}

// hostsFile learns the names and addresses in /etc/hosts. A line that has the own short name
// gives the own domain too: on many systems it is the only place with their full name.
func (l *learner) hostsFile(text string, own map[string]bool) {
	for words := range statements(text) {
		l.literal(RuleHosts, words[0])
		for _, name := range words[1:] {
			short, _, qualified := strings.Cut(name, ".")
			switch {
			case qualified && own[strings.ToLower(short)]:
				l.ownHost(name)
			case qualified:
				l.machineIn(RuleHosts, name)
			default:
				l.host(RuleHosts, name)
			}
		}
	}
}

// shortNames returns the own host names without domains, in lower case.
func (m machine) shortNames() (map[string]bool, error) {
	running, err := m.hostname()
	if err != nil {
		return nil, err
	}
	written, err := m.read("etc/hostname", ifThere)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for name := range strings.FieldsSeq(strings.ToLower(written + " " + running)) {
		short, _, _ := strings.Cut(name, ".")
		own[short] = !commonNames[short]
	}
	return own, nil
}

// hostnames learns the names in /etc/hostname, which may have comments.
func (l *learner) hostnames(text string) {
	for words := range statements(text) {
		for _, name := range words {
			l.ownHost(name)
		}
	}
}

// nisDomain learns the kernel's NIS domain; without a domain its text is `(none)`.
func (l *learner) nisDomain(text string) { l.domains(strings.Fields(text)) }

// resolver reads /etc/resolv.conf.
func (l *learner) resolver(text string) {
	for words := range statements(text) {
		switch words[0] {
		case "search", "domain":
			l.domains(words[1:])
		case "nameserver":
			l.machines(RuleNameServer, words[1:])
		}
	}
}

// interfaces reads /etc/network/interfaces, in which an option may have a hyphen or an underscore.
func (l *learner) interfaces(text string) {
	for words := range statements(text) {
		switch strings.ReplaceAll(words[0], "_", "-") {
		case "dns-search", "dns-domain":
			l.domains(words[1:])
		case "dns-nameservers", "dns-nameserver":
			l.machines(RuleNameServer, words[1:])
		case "hostname":
			l.hostnames(words[len(words)-1])
		case "address", "gateway":
			l.machines(RuleNetwork, words[1:])
		}
	}
}

// domains learns search domains; systemd marks those that only route with a tilde.
func (l *learner) domains(names []string) {
	for _, name := range names {
		l.domain(RuleDomain, strings.TrimPrefix(name, "~"))
	}
}

// machines learns hosts or addresses, which may have a port, a zone, or the name in the certificate
// as systemd writes it: 10.1.1.1:853%eth0#dns.example.
func (l *learner) machines(rule string, names []string) {
	for _, name := range names {
		server, certified, _ := strings.Cut(name, "#")
		server, _, _ = strings.Cut(server, "%")
		l.machineIn(rule, server)
		l.machineIn(rule, certified)
	}
}
