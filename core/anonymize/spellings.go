package anonymize

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"polycom.com/usagedata/core/anonymize/internal/canonical"
	"polycom.com/usagedata/core/kind"
)

// spellings goes through the ways to write what a value names, and through its parts that name something themselves: the domain
// of a host, the account of a mailbox. The usual ones are given to encoded, which looks for them in all encodings as well;
// the rest to plain.
type spellings struct {
	plain, encoded func(string)
}

func (s spellings) of(v value) {
	k, form := canonical.Form(v.kind, v.text)
	if !telling(k, form) {
		return
	}
	s.encoded(v.text)
	if form != v.text {
		s.encoded(form)
	}
	s.literal(k, v.text, form)
	switch k {
	case kind.Hostname:
		s.host(form)
	case kind.Email, kind.URI, kind.User:
		s.account(form)
	}
	if rdns, ok := canonical.RDNs(v.text); ok {
		s.distinguished(rdns)
	}
}

func (s spellings) host(form string) {
	if unicode, err := idna.ToUnicode(form); err == nil && unicode != form {
		s.encoded(unicode)
	}
	labels := strings.Split(form, ".")
	if len(labels) == 1 {
		return
	}
	s.plain("dc=" + strings.Join(labels, ",dc="))
	turned := slices.Clone(labels)
	slices.Reverse(turned)
	s.plain(strings.Join(turned, "."))
	if strings.ContainsAny(labels[0], "0123456789-_") { // not `video`
		s.part(labels[0])
	}
	s.part(strings.Join(labels[1:], "."))
}

// account is who and where: jane.smith@clinic.example, sip:jane.smith@10.33.7.21.
func (s spellings) account(form string) {
	if _, rest, ok := strings.Cut(form, ":"); ok {
		form = strings.TrimPrefix(rest, "//")
	}
	who, where, ok := strings.Cut(form, "@")
	if !ok {
		who, where = "", form
	}
	where, _, _ = strings.Cut(where, "/")
	s.part(who)
	s.part(where)
	if k, host := canonical.Form(kind.Hostname, where); k == kind.Address {
		s.address(netip.MustParseAddr(host))
	} else if _, domain, ok := strings.Cut(host, "."); ok {
		s.part(domain)
	}
}

// distinguished is a name in the other order, and the values in it that name somebody.
func (s spellings) distinguished(rdns []canonical.RDN) {
	var turned []string
	for _, rdn := range slices.Backward(rdns) {
		turned = append(turned, rdn.Type+"="+rdn.Value)
		if rdn.Type == "cn" || rdn.Type == "uid" {
			s.part(rdn.Value)
		}
	}
	s.plain(strings.Join(turned, ","))
}

// minPart is the length from which a part of a value is looked for by itself; shorter ones are words like `com`.
const minPart = 5

func (s spellings) part(text string) {
	if len(text) >= minPart && !everywhere[text] {
		s.encoded(text)
	}
}
