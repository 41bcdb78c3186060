// Package canonical gives everything that names somebody or something one spelling, so that the same thing written
// differently gets the same pseudonym and different things never do. It parses foreign text and knows no key.
package canonical

import (
	"strings"

	"polycom.com/usagedata/core/kind"
)

// parsers gives the one spelling of a text that is of its kind. The text has no white space around it.
var parsers = map[kind.Kind]func(string) (string, bool){
	kind.Address:  anyAddress,
	kind.MAC:      mac,
	kind.Hostname: hostname,
	kind.Email:    email,
	kind.URI:      uri,
	kind.Phone:    phone,
	kind.User:     user,
	kind.Device:   name,
	kind.System:   name,
	kind.Site:     name,
	kind.Name:     name,
}

// turns lists what a field of a kind may hold beside it: sources give a host by its name or by its address, as
// the administrator typed it. The thing then gets the pseudonym that it has in a field of its own kind.
var turns = map[kind.Kind][]kind.Kind{
	kind.Address:  {kind.Address, kind.Hostname},
	kind.Hostname: {literalAddress, kind.Hostname},
	kind.URI:      {kind.URI, literalAddress},
}

// literalAddress is an address in a notation that can be nothing else: 169936661 in a URI field is a number to dial.
const literalAddress kind.Kind = "literal address"

// Form tells what a text in a field of that kind is, and gives its one spelling. A text that is not of the kind is
// taken for a name; so is every text of a kind that this version does not know.
func Form(k kind.Kind, text string) (kind.Kind, string) {
	text = strings.TrimSpace(text)
	for _, try := range options(k) {
		if try == literalAddress {
			if form, ok := address(text); ok {
				return kind.Address, form
			}
			continue
		}
		if form, ok := parsers[try](text); ok {
			return try, form
		}
	}
	form, _ := name(text)
	return kind.Name, form
}

func options(k kind.Kind) []kind.Kind {
	if several, ok := turns[k]; ok {
		return several
	}
	if _, ok := parsers[k]; ok {
		return []kind.Kind{k}
	}
	return nil
}
