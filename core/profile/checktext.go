package profile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine bounds a text, in characters: it stands in a cell of the data dictionary and in the dialog that asks for
// consent.
const maxLine = 300

// oneLine wants a text that a table or a dialog can show: a line break or a | would end its cell, and what does not
// print could hide something from the reviewer.
func (p *problems) oneLine(text, path, what string) {
	p.want(utf8.RuneCountInString(text) <= maxLine, path, "%s is longer than %d characters", what, maxLine)
	p.want(utf8.ValidString(text) && strings.IndexFunc(text, unfit) < 0, path,
		"%s must be one line of printable text without |", what)
}

func unfit(r rune) bool { return r == '|' || !unicode.IsPrint(r) }

func (f Field) checkTexts(found *problems, at string) {
	found.oneLine(f.Doc, at+".doc", "doc")
	found.oneLine(f.Why, at+".why", "why")
	found.oneLine(f.Unit, at+".unit", "unit")
	found.oneLine(f.Reason, at+".reason", "reason")
	found.oneLine(f.Clear, at+".clear", "clear")
}
