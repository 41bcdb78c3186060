package scrub

import "strings"

// page is a text on its way through a scrubber.
type page struct {
	scrubber *Scrubber
	out      strings.Builder
	word     roles  // of the word before
	ahead    string // the chunk that follows
	open     bool   // only blanks were read since Removed
	held     string // these blanks
	replaced int
}

// space writes white space; a control character is a blank.
func (p *page) space(text string) {
	switch {
	case strings.IndexByte(text, '\n') >= 0:
		p.open, p.word = false, 0
	case p.open:
		p.held = text
		return
	}
	p.blanks(text)
}

func (p *page) blanks(text string) {
	if text == " " {
		p.out.WriteByte(' ')
		return
	}
	for i := range len(text) {
		if text[i] == '\n' {
			p.out.WriteByte('\n')
		} else {
			p.out.WriteByte(' ')
		}
	}
}

func (p *page) keep(text string) {
	if p.open {
		p.end()
	}
	p.out.WriteString(text)
}

// end ends a removal.
func (p *page) end() {
	p.blanks(p.held)
	p.open, p.held = false, ""
}

// remove leaves one mark for several removals with nothing but blanks between them, so that the number of words in a
// name does not show.
func (p *page) remove() {
	p.word, p.held = 0, ""
	p.replaced++
	if !p.open {
		p.out.WriteString(Removed)
		p.open = true
	}
}

// replace writes the pseudonym of something that identifies.
func (p *page) replace(token string) {
	p.keep(token)
	p.word = 0
	p.replaced++
}

// punctuation keeps the word before only where it goes on to say what follows: version: 6.4, code=404, "version":"6.4",
// and in brackets no more than that it is a version.
func (p *page) punctuation(text string) {
	if text == "" {
		return
	}
	p.keep(text)
	switch {
	case text == "(" || text == "[":
		p.word &= ofVersion
	case !links(text):
		p.word = 0
	}
}

// links tells whether these signs lead from a word to its number. A single dot ends a sentence; several fill a line.
func links(text string) bool {
	return linking.trimLeft(text) == "" && text != "."
}

// What stands between a word and its number, and what stands around a chunk and is no part of it.
var (
	linking = signSet(`:="'.`)
	opening = signSet(`([{<"'` + "`")
	closing = signSet(`)]}>"',;!?.` + "`")
)

func (p *page) chunk(chunk string) {
	if role := p.scrubber.known.role(chunk); role != 0 {
		p.known(chunk, role) // as most are: spares them the looks below
		return
	}
	core := opening.trimLeft(chunk)
	p.punctuation(chunk[:len(chunk)-len(core)])
	inner := closing.trimRight(core)
	if len(inner) < len(core) && core[len(inner)] == ')' && strings.Count(inner, "(") > strings.Count(inner, ")") {
		inner = core[:len(inner)+1] // of 7.5(2)
	}
	if strings.HasSuffix(inner, ":") && !strings.HasSuffix(inner, "::") {
		inner = inner[:len(inner)-1]
	}
	p.piece(inner, separators)
	p.punctuation(core[len(inner):])
}
