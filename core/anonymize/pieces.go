package anonymize

import "strings"

// Signs that stand between things, the ones within an address last. What is left holds the pieces of one name together:
// acme-vienna-9, jane_smith.
var separators = []*signs{nil, signSet(`"'=,;|()[]{}<>!?&*#$^~` + "`"), signSet(`:/+%`)}

// piece decides about text as a whole, and where it is nothing as a whole about what stands between the signs.
func (p *page) piece(text string, levels []*signs) {
	has := traitsOf(text)
	switch {
	case text == "":
	case has.signs:
		p.punctuation(text)
	case has.letters:
		p.plain(text)
	case has.digit && p.number(text):
		p.keep(text)
		p.word = ""
	default:
		p.shaped(text, has, levels)
	}
}

func (p *page) shaped(text string, has traits, levels []*signs) {
	if kind, ok := has.identifies(text); ok {
		if token, ok := p.scrubber.issuer.pseudonym(kind, text); ok {
			p.replace(token)
			return
		}
	}
	switch {
	case len(levels) > 1:
		p.split(text, levels[1:])
	case p.compound(text):
		p.keep(text)
	default:
		p.remove()
	}
}

func (p *page) split(text string, levels []*signs) {
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

// plain keeps a known word.
func (p *page) plain(text string) {
	word, known := p.scrubber.knows(text)
	if !known {
		p.remove()
		return
	}
	p.keep(text)
	p.word = word
}

// compound tells whether all pieces are known words. One with a digit in it is what somebody calls something.
func (p *page) compound(text string) bool {
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		word, known := p.scrubber.knows(piece)
		if !known {
			return false
		}
		p.word = word
	}
	return true
}
