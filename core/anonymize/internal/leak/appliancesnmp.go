package leak

import (
	"strings"

	"polycom.com/usagedata/core/kind"
)

// snmpAgent reads the configuration of net-snmp's agent, and the file in which the agent keeps the
// values that were set over SNMP. Directives may be in upper or lower case.
func (l *learner) snmpAgent(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		directive := line[:strings.IndexAny(line+" ", " \t")]
		value := strings.Trim(strings.TrimSpace(line[len(directive):]), `"`)
		switch strings.TrimPrefix(strings.ToLower(directive), "p") { // psysname: kept by the agent
		case "sysname":
			l.hostnames(value)
		case "syslocation", "syscontact":
			l.description(value)
		}
	}
	for words := range statements(text) {
		l.snmpPeers(words)
	}
}

// snmpPeers learns the machines that an agent sends traps to or takes requests from, and the
// communities that it shares with them.
func (l *learner) snmpPeers(words []string) {
	directive, rest := strings.ToLower(words[0]), words[1:]
	switch {
	case strings.HasSuffix(directive, "sink") && len(rest) > 0: // HOST COMMUNITY PORT
		l.snmpHost(rest[0])
		l.community(rest, 1)
	case directive == "trapsess" && len(rest) > 0: // OPTIONS HOST
		l.snmpHost(rest[len(rest)-1])
	case strings.HasPrefix(directive, "com2sec"): // -Cn CONTEXT NAME SOURCE COMMUNITY
		if len(rest) > 2 && rest[0] == "-Cn" {
			rest = rest[2:]
		}
		if len(rest) > 1 {
			l.snmpHost(rest[1])
			l.community(rest, 2)
		}
	case strings.HasSuffix(directive, "community") || strings.HasSuffix(directive, "community6"): // COMMUNITY SOURCE
		l.community(rest, 0)
		if len(rest) > 1 {
			l.snmpHost(rest[1])
		}
	}
}

// snmpHost learns the host in HOST, tcp:HOST:PORT and udp6:[HOST]:PORT. `default` means every host.
func (l *learner) snmpHost(text string) {
	for _, transport := range []string{"udp:", "tcp:", "udp6:", "tcp6:", "tls:", "dtls:", "tlstcp:", "dtlsudp:",
		"ssh:"} {
		text = strings.TrimPrefix(text, transport)
	}
	if text == "default" {
		return
	}
	l.machineIn(RuleSNMP, text)
}

// community learns the word at i, which is a password.
func (l *learner) community(words []string, i int) {
	if i >= len(words) || len(words[i]) < minSecret || defaultCommunities[strings.ToLower(words[i])] {
		return
	}
	l.one(RuleSNMP, kind.Name, words[i])
}

// description learns a location or a contact, except the examples in net-snmp's packages.
func (l *learner) description(text string) {
	for _, usual := range []string{"sitting on the dock of the bay", "right here, right now", "unknown (edit",
		"me <me@example.org>", "root <root@localhost>"} {
		if strings.HasPrefix(strings.ToLower(text), usual) {
			return
		}
	}
	l.mailbox(RuleSNMP, text)
}

// mailbox learns a text that may hold a mailbox: `Anna Weber <anna@nordwerk.example>`.
func (l *learner) mailbox(rule, text string) {
	l.derived(rule, kind.Name, text)
	for word := range strings.FieldsSeq(text) {
		if strings.Contains(word, "@") {
			l.one(rule, kind.Email, strings.Trim(word, "<>(),;:"))
		}
	}
}
