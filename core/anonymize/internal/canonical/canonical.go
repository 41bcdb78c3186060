// Package canonical gives everything that names somebody or something one spelling, so that the same thing written
// differently gets the same pseudonym and different things never do. It parses foreign text and knows no key.
package canonical

import (
	"strings"

	"polycom.com/usagedata/core/usage"
)

// parsers gives the one spelling of a text that is of its kind. The text has no white space around it.
var parsers = map[usage.Kind]func(string) (string, bool){
	usage.Address:  anyAddress,
	usage.MAC:      mac,
	usage.Hostname: hostname,
	usage.Email:    email,
	usage.URI:      uri,
	usage.Phone:    phone,
	usage.User:     user,
	usage.Device:   name,
	usage.System:   name,
	usage.Site:     name,
	usage.Name:     name,
}

// turns lists what a field of a kind may hold beside it: sources give a host by its name or by its address, as
// the administrator typed it. The thing then gets the pseudonym that it has in a field of its own kind.
var turns = map[usage.Kind][]usage.Kind{
	usage.Address:  {usage.Address, usage.Hostname},
	usage.Hostname: {literalAddress, usage.Hostname},
	usage.URI:      {usage.URI, literalAddress},
}

// literalAddress is an address in a notation that can be nothing else: 169936661 in a URI field is a number to dial.
const literalAddress usage.Kind = "literal address"

// Form tells what a text in a field of that kind is, and gives its one spelling. A text that is not of the kind is
// taken for a name; so is every text of a kind that this version does not know.
func Form(kind usage.Kind, text string) (usage.Kind, string) {
	text = strings.TrimSpace(text)
	for _, try := range options(kind) {
		if try == literalAddress {
			if form, ok := address(text); ok {
				return usage.Address, form
			}
			continue
		}
		if form, ok := parsers[try](text); ok {
			return try, form
		}
	}
	form, _ := name(text)
	return usage.Name, form
}

func options(kind usage.Kind) []usage.Kind {
	if several, ok := turns[kind]; ok {
		return several
	}
	if _, ok := parsers[kind]; ok {
		return []usage.Kind{kind}
	}
	return nil
}
