package canonical

import (
	"strings"

	"golang.org/x/net/idna"
)

// lookup converts a name to the form in which the DNS is asked. Underscores and doubled hyphens are
// in use, so they are allowed.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
	idna.CheckHyphens(false))

// hostname reads a bare or fully qualified host name, with or without port, or DOMAIN
// ame.
func hostname(text string) (string, bool) {
	host, _, ok := splitPort(text)
	if !ok {
		return "", false
	}
	host = strings.TrimPrefix(host, `\\`) // of a UNC path
	if domain, rest, found := strings.Cut(host, `\`); found {
		return windowsHost(domain, strings.TrimLeft(rest, `\`))
	}
	spelled, ok := dnsForm(host)
	spelled = strings.TrimSuffix(spelled, ".")
	return spelled, ok && dnsName(spelled)
}

// dnsForm returns a name as it is in the DNS.
func dnsForm(host string) (string, bool) {
	lower := strings.ToLower(host)
	if ASCII(lower) && !strings.Contains(lower, "xn--") {
		return lower, true
	}
	spelled, err := lookup.ToASCII(host)
	if err != nil {
		return "", false
	}
	again, err := lookup.ToASCII(spelled) // not everything that can be encoded is a name
	return spelled, err == nil && again == spelled
}

func windowsHost(domain, host string) (string, bool) {
	if strings.IndexByte(host, '\\') >= 0 {
		return "", false // a path
	}
	domain, ok := hostname(domain)
	host, also := hostname(host)
	return domain + `\` + host, ok && also
}

// dnsName reports whether name could be a host's. A name that ends in a number is an address that
// did not parse.
func dnsName(name string) bool {
	if len(name) > 253 {
		return false
	}
	var label string
	for more := true; more; {
		label, name, more = strings.Cut(name, ".")
		if len(label) == 0 || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return !digits(label)
}

// splitPort cuts off a port, and the brackets around an IPv6 address.
func splitPort(text string) (host, port string, ok bool) {
	if strings.HasPrefix(text, "[") {
		host, port, ok = strings.Cut(text[1:], "]")
		port, found := strings.CutPrefix(strings.TrimPrefix(port, "."), ":")
		return host, port, ok && (port == "" || found && digits(port))
	}
	host, port, found := strings.Cut(text, ":")
	return host, port, !found || digits(port)
}
