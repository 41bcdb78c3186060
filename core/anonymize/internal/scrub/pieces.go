package scrub

import (
	"strings"

	"polycom.com/usagedata/core/kind"
)

// separators are the characters between identifiers, those within an address last. The remaining
// characters join the pieces of one name: acme-vienna-9, jane_smith.
var separators = []*signs{nil, signSet(`"'=,;|[]{}<>!?&*#$^~` + "`"), signSet(`()`), signSet(`:/+%`)}

// piece decides about text as a whole. If it is not known as a whole, piece decides about the parts
// between separators.
func (p *scrubRun) piece(text string, levels []*signs) {
	has := traitsOf(text)
	switch {
	case text == "":
	case has.only(signTraits):
		p.punctuation(text)
	case has.only(wordTraits):
		p.knownOrRemoved(text)
	case has.any(hasDigit) && p.number(text):
		p.keep(text)
		p.before = 0
	default:
		p.shaped(text, has, levels)
	}
}

func (p *scrubRun) shaped(text string, has traits, levels []*signs) {
	if k, ok := has.identifies(text); ok && !isOnlyPart(k, text) {
		if token, ok := p.scrubber.pseudonym(k, text); ok {
			p.replace(token)
			return
		}
	}
	for len(levels) > 1 {
		if levels = levels[1:]; levels[0].index(text) >= 0 {
			p.split(text, levels)
			return
		}
	}
	if p.compound(text) {
		p.keep(text)
	} else {
		p.remove()
	}
}

// isOnlyPart reports whether a mailbox or a URI is only a part of text, as in
// user=<admin@example.com>: then only that part must be replaced, by its own pseudonym.
func isOnlyPart(k kind.Kind, text string) bool {
	switch k {
	case kind.Email:
		return separators[1].index(text) >= 0
	case kind.URI:
		return strings.ContainsAny(text, `<>"`)
	default:
		return false
	}
}

func (p *scrubRun) split(text string, levels []*signs) {
	for text != "" {
		end := levels[0].index(text)
		if end == 0 {
			p.punctuation(text[:1])
			text = text[1:]
			continue
		}
		if end < 0 {
			end = len(text)
		}
		p.piece(text[:end], levels)
		text = text[end:]
	}
}

// knownOrRemoved keeps a known word and removes an unknown one.
func (p *scrubRun) knownOrRemoved(text string) {
	if role := p.scrubber.known.role(text); role != 0 {
		p.known(text, role)
	} else {
		p.remove()
	}
}

func (p *scrubRun) known(text string, role roles) {
	p.keep(text)
	if !role.any(aLink) {
		p.before = role
	}
}

// joints are the characters that join the words of a compound.
var joints = signSet("-_.")

// compound reports whether all pieces are known words. A compound with a digit in it is a name.
func (p *scrubRun) compound(text string) bool {
	for text = joints.trimLeft(text); text != ""; text = joints.trimLeft(text) {
		end := joints.index(text)
		if end < 0 {
			end = len(text)
		}
		if p.before = p.scrubber.known.role(text[:end]); p.before == 0 {
			return false
		}
		text = text[end:]
	}
	return true
}
