package canonical

import "polycom.com/usagedata/core/kind"

// reader reads a plain text in one notation. It returns its one spelling, which is of the kind in
// of.
type reader struct {
	of   kind.Kind
	read func(plain string) (form string, ok bool)
}

// readers are the readers of each notation, in order. The kinds' table says which notations a kind
// reads. cn=jane@clinic.example is a distinguished name, not a mailbox.
var readers = map[kind.Kind][]reader{
	kind.Address:  {{kind.Address, network}, {kind.Address, integerAddress}, {kind.Address, labeledAddress}},
	kind.Literal:  {{kind.Address, network}, {kind.Address, labeledAddress}},
	kind.MAC:      {{kind.MAC, mac}},
	kind.Hostname: {{kind.Hostname, hostname}},
	kind.Email:    {{kind.Email, email}},
	kind.URI:      {{kind.URI, uri}},
	kind.Phone:    {{kind.Phone, phone}},
	kind.User:     {{kind.User, distinguishedName}, {kind.User, email}, {kind.User, name}},
	kind.Device:   {{kind.Device, name}},
	kind.System:   {{kind.System, name}},
	kind.Site:     {{kind.Site, name}},
	kind.Name:     {{kind.Name, name}},
}

func read(k kind.Kind, text string) (found kind.Kind, form string, ok bool) {
	for _, notation := range kind.Of(k).Reads {
		for _, r := range readers[notation] {
			if form, ok = r.read(text); ok {
				return r.of, form, true
			}
		}
	}
	return "", "", false
}
