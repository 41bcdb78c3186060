package scrub

import "strings"

// scrubRun is a text that a scrubber is working on.
type scrubRun struct {
	scrubber   *Scrubber
	out        strings.Builder
	before     roles  // roles of the word before
	nextChunk  string // the chunk that follows
	removing   bool   // only blanks were read since Removed
	heldBlanks string // these blanks
	replaced   int
}

// space writes white space; a control character becomes a blank.
func (p *scrubRun) space(text string) {
	switch {
	case strings.IndexByte(text, '\n') >= 0:
		p.removing, p.before = false, 0
	case p.removing:
		p.heldBlanks = text
		return
	}
	p.blanks(text)
}

func (p *scrubRun) blanks(text string) {
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

func (p *scrubRun) keep(text string) {
	if p.removing {
		p.end()
	}
	p.out.WriteString(text)
}

// end ends a removal.
func (p *scrubRun) end() {
	p.blanks(p.heldBlanks)
	p.removing, p.heldBlanks = false, ""
}

// remove writes one mark for several removals with only blanks between them, so that the number of
// words in a name is not revealed.
func (p *scrubRun) remove() {
	p.before, p.heldBlanks = 0, ""
	p.replaced++
	if !p.removing {
		p.out.WriteString(Removed)
		p.removing = true
	}
}

// replace writes the pseudonym of an identifier.
func (p *scrubRun) replace(token string) {
	p.keep(token)
	p.before = 0
	p.replaced++
}

// punctuation keeps the roles of the word before only if the punctuation leads from the word to a
// number: version: 6.4, code=404, "version":"6.4". After an opening bracket only the role of a
// version stays.
func (p *scrubRun) punctuation(text string) {
	if text == "" {
		return
	}
	p.keep(text)
	switch {
	case text == "(" || text == "[":
		p.before &= ofVersion
	case !leadsToNumber(text):
		p.before = 0
	}
}

// leadsToNumber reports whether text leads from a word to its number. A single dot ends a sentence;
// several fill a line.
func leadsToNumber(text string) bool {
	return linking.trimLeft(text) == "" && text != "."
}

// linking leads from a word to its number. opening and closing are the characters around a chunk
// that are not part of it.
var (
	linking = signSet(`:="'.`)
	opening = signSet(`([{<"'` + "`")
	closing = signSet(`)]}>"',;!?.` + "`")
)

func (p *scrubRun) chunk(chunk string) {
	if role := p.scrubber.known.role(chunk); role != 0 {
		p.known(chunk, role) // most chunks are known: skips the checks below
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
