package leak

import "strings"

// timeServers reads the configuration of ntpd and of chronyd.
func (l *learner) timeServers(text string) {
	for words := range statements(text) {
		switch strings.ToLower(words[0]) {
		case "server", "peer", "pool", "broadcast", "manycastclient":
			l.timeServer(operands(words[1:]))
		}
	}
}

// operands returns the first word after options such as -4.
func operands(words []string) []string {
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		words = words[1:]
	}
	return words[:min(len(words), 1)]
}

// timeServer learns the servers except the public ones.
func (l *learner) timeServer(names []string) {
	for _, name := range names {
		if !publicTime(name) {
			l.machines(RuleTimeServer, []string{name})
		}
	}
}

// publicTimes are the domains of the public pools, and of the servers in the default configuration
// of distributions and cloud vendors.
var publicTimes = strings.Fields("ntp.org time.google.com google.com time.windows.com time.apple.com " +
	"time-macos.apple.com nist.gov" +
	" time.cloudflare.com time.facebook.com ntp.ubuntu.com amazonaws.com time.aws.com metadata.google.internal " +
	"169.254.169.123")

func publicTime(name string) bool {
	name = "." + strings.ToLower(strings.Trim(name, "."))
	for _, domain := range publicTimes {
		if strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return false
}
