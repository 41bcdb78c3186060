package report

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"polycom.com/usagedata/test/conformance/result"
)

// columns is the maximum width of a line: a terminal of 80 columns wraps none of them.
const columns = 79

// page is the output of the [Console].
type page struct {
	w         io.Writer
	terminal  bool
	colors    bool
	unerased  bool // the live line is shown
	lastEmpty bool // so that two empty lines never follow each other
}

// newPage returns a page that writes to w. A terminal with TERM=dumb is not used as a terminal.
func newPage(w io.Writer, terminal bool) page {
	terminal = terminal && os.Getenv("TERM") != "dumb"
	return page{w: w, terminal: terminal, colors: terminal && os.Getenv("NO_COLOR") == ""}
}

// color is a color's code on a terminal.
type color string

const (
	bold   color = "1"
	red    color = "1;31"
	green  color = "1;32"
	yellow color = "1;33"
)

func (p *page) paint(c color, text string) string {
	if !p.colors {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// live shows the text in the last line until the next write.
func (p *page) live(text string) {
	if !p.terminal {
		return
	}
	p.erase()
	if runes := []rune(text); len(runes) > columns {
		text = string(runes[:columns-1]) + "…"
	}
	fmt.Fprint(p.w, text)
	p.unerased = true
}

// Live returns a function that shows a text in the last line of a terminal, in place of the text
// before, and removes it if it is empty. It returns nil if w is no terminal.
func Live(w io.Writer, terminal bool) func(text string) {
	p := newPage(w, terminal)
	if !p.terminal {
		return nil
	}
	return func(text string) {
		if p.erase(); text != "" {
			p.live(text)
		}
	}
}

func (p *page) erase() {
	if p.unerased {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.unerased = false
	}
}

func (p *page) line(text string) {
	text = strings.TrimRight(text, " ")
	if text == "" && p.lastEmpty {
		return
	}
	p.erase()
	fmt.Fprintln(p.w, text)
	p.lastEmpty = text == ""
}

// wrapped writes a text between its indent and the last column, and indents the lines after the
// first a little more. A text that fits is not changed.
func (p *page) wrapped(indent, text string) {
	if width(indent+text) <= columns {
		p.line(indent + text)
		return
	}
	row := indent
	for i, w := range pieces(text, columns-len(indent)-2) {
		switch {
		case i == 0:
			row += w
		case width(row+" "+w) <= columns:
			row += " " + w
		default:
			p.line(row)
			row = indent + "  " + w
		}
	}
	p.line(row)
}

var paints = regexp.MustCompile("\x1b\\[[0-9;]*m")

// width returns the number of columns of a text.
func width(text string) int { return utf8.RuneCountInString(paints.ReplaceAllString(text, "")) }

// pieces returns the text's words, and cuts those that are longer than a row.
func pieces(text string, most int) (words []string) {
	for _, w := range strings.Fields(text) {
		runes := []rune(w)
		for ; len(runes) > most; runes = runes[most:] {
			words = append(words, string(runes[:most]))
		}
		words = append(words, string(runes))
	}
	return words
}

// verdict returns the last sentence, with the verdict in color.
func (p *page) verdict(r result.Result) string {
	c := red
	switch r.Verdict {
	case result.Conformant:
		c = green
	case result.Partial:
		c = yellow
	}
	return p.paint(c, string(r.Verdict)) + strings.TrimPrefix(sentence(r), string(r.Verdict))
}
