package anonymize

import (
	"bytes"
	"strings"
)

// page is a text on its way through a scrubber.
type page struct {
	scrubber *Scrubber
	out      []byte
	word     string // the known word before, in lower case
	ahead    string // the chunk that follows
	open     bool   // only blanks were written since Removed
	replaced int
}

// space writes white space; a control character is a blank.
func (p *page) space(text string) {
	for i := range len(text) {
		if text[i] != '\n' {
			p.out = append(p.out, ' ')
			continue
		}
		p.out = append(p.out, '\n')
		p.open, p.word = false, ""
	}
}

func (p *page) keep(text string) {
	p.out = append(p.out, text...)
	p.open = false
}

// remove leaves one mark for several removals with nothing but blanks between them, so that the number of words in a name
// does not show.
func (p *page) remove() {
	p.word = ""
	p.replaced++
	if p.open {
		p.out = bytes.TrimRight(p.out, " ")
		return
	}
	p.out = append(p.out, Removed...)
	p.open = true
}

// replace writes the pseudonym of something that identifies.
func (p *page) replace(token string) {
	p.keep(token)
	p.word = ""
	p.replaced++
}

// punctuation keeps the word before only where it goes on to say what follows: version: 6.4, code=404.
func (p *page) punctuation(text string) {
	if text == "" {
		return
	}
	p.keep(text)
	if text != ":" && text != "=" {
		p.word = ""
	}
}

// What stands around a chunk and is no part of it.
var (
	opening = signSet(`([{<"'` + "`")
	closing = signSet(`)]}>"',;!?.` + "`")
)

func (p *page) chunk(chunk string) {
	core := opening.trimLeft(chunk)
	p.punctuation(chunk[:len(chunk)-len(core)])
	inner := closing.trimRight(core)
	if strings.HasSuffix(inner, ":") && !strings.HasSuffix(inner, "::") {
		inner = inner[:len(inner)-1]
	}
	p.piece(inner, separators)
	p.punctuation(core[len(inner):])
}
