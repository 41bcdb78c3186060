package canonical

import (
	"slices"
	"strings"
)

// labels are the words that sources write before a value to say which kind it is, and the
// characters that end such a word.
type labels struct {
	words []string
	ends  string
}

var (
	addressLabels = labels{[]string{"ip", "ipv4", "ipv6", "inet", "inet6", "addr", "address", "ipaddr",
		"ipaddress"}, " :=/_-#"}
	macLabels = labels{[]string{
		"mac", "macaddr", "macaddress", "hw", "hwaddr", "hwaddress", "hardware", "physical", "addr", "address", "ether",
		"ethernet", "eth",
		"link", "lladdr", "bssid", "eui", "eui48", "eui64", "48", "64", "id", "urn", "dev",
	}, " :=/_-#"}
	// A mailbox may be named mail-jane, so a hyphen does not end these. smtp is the prefix of
	// Exchange's proxy addresses.
	mailLabels  = labels{[]string{"mailto", "smtp", "mail", "email", "e-mail", "xmpp", "im"}, ":="}
	phoneLabels = labels{[]string{"tel", "phone", "telephone", "callto", "mobile", "fax"}, " :="}
)

// cut cuts off the labels; ok is false if there is none.
func (l labels) cut(text string) (rest string, ok bool) {
	for {
		end := strings.IndexAny(text, l.ends)
		if end < 1 || !l.has(strings.TrimRight(text[:end], ". ")) {
			return cleaned(text), ok
		}
		text, ok = l.afterSign(text[end:]), true
	}
}

func (l labels) has(word string) bool {
	return slices.ContainsFunc(l.words, func(known string) bool { return strings.EqualFold(known, word) })
}

// afterSign cuts off one separator with the spaces around it. Only one, because the value may be
// ::1.
func (l labels) afterSign(text string) string {
	text = strings.TrimLeft(text, " ")
	if text != "" && strings.IndexByte(l.ends, text[0]) >= 0 {
		text = text[1:]
	}
	return strings.TrimLeft(text, " ")
}
