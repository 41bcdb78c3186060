package canonical

import "polycom.com/usagedata/core/kind"

// Literal is no kind of a field but a notation: an address that can be nothing else. In a field of URIs, 169936661 is a
// number to dial.
const Literal kind.Kind = "literal address"

// tries lists the notations that a field of each kind may hold, in the order in which they are tried. Sources give a host
// by its name or by its address, as the administrator typed it. The thing then gets the pseudonym that it has in a field
// of its own kind.
var tries = map[kind.Kind][]kind.Kind{
	kind.Address:  {kind.Address, kind.Hostname},
	kind.MAC:      {kind.MAC},
	kind.Hostname: {Literal, kind.Hostname},
	kind.Email:    {kind.Email},
	kind.URI:      {kind.URI, Literal},
	kind.Phone:    {kind.Phone},
	kind.User:     {kind.User},
	kind.Device:   {kind.Device},
	kind.System:   {kind.System},
	kind.Site:     {kind.Site},
	kind.Name:     {kind.Name},
}

// reader returns the one spelling of a plain text that is in its notation, and the kind that this spelling is of.
type reader struct {
	of   kind.Kind
	read func(plain string) (form string, ok bool)
}

// readers of each notation, in order. The form of a network does not parse as an address, so it is of the kind of names.
// cn=jane@clinic.example is a distinguished name, not a mailbox.
var readers = map[kind.Kind][]reader{
	kind.Address:  {{kind.Name, network}, {kind.Address, integerAddress}, {kind.Address, labelledAddress}},
	Literal:       {{kind.Name, network}, {kind.Address, labelledAddress}},
	kind.MAC:      {{kind.MAC, mac}},
	kind.Hostname: {{kind.Hostname, hostname}},
	kind.Email:    {{kind.Email, email}},
	kind.URI:      {{kind.URI, uri}},
	kind.Phone:    {{kind.Phone, phone}},
	kind.User:     {{kind.User, distinguished}, {kind.User, email}, {kind.User, name}},
	kind.Device:   {{kind.Device, name}},
	kind.System:   {{kind.System, name}},
	kind.Site:     {{kind.Site, name}},
	kind.Name:     {{kind.Name, name}},
}

func read(k kind.Kind, text string) (turned kind.Kind, form string, ok bool) {
	for _, notation := range tries[k] {
		for _, r := range readers[notation] {
			if form, ok = r.read(text); ok {
				return r.of, form, true
			}
		}
	}
	return "", "", false
}
