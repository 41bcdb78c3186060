package main

import (
	"regexp"
	"strings"
	"text/template"
)

// troff is what a page may use of a text: each sentence begins a line, as readers of the source and mandoc's lint want
// it, and nothing in it is taken for a request.
var troff = template.FuncMap{"text": troffText, "line": troffLine, "literal": troffLiteral}

var (
	special  = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "^", `\(ha`, "~", `\(ti`)
	quoted   = regexp.MustCompile("`([^`]*)`")
	sentence = regexp.MustCompile(`([.:;]) `)
)

func troffText(text string) string {
	var paragraphs []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		plain := special.Replace(strings.Join(strings.Fields(paragraph), " "))
		bold := quoted.ReplaceAllString(plain, `\fB$1\fP`)
		lines := strings.Split(sentence.ReplaceAllString(bold, "$1\n"), "\n")
		for i, line := range lines {
			lines[i] = broken(line)
		}
		paragraphs = append(paragraphs, strings.Join(lines, "\n"))
	}
	return strings.Join(paragraphs, "\n.Pp\n")
}

// broken keeps a line of the source within the width, and keeps what begins one from being a request.
func broken(line string) string {
	lines := strings.Split(wrapped(line, ""), "\n")
	for i := range lines {
		if strings.HasPrefix(lines[i], ".") {
			lines[i] = `\&` + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// troffLiteral is a line of an example that is shown as it is.
func troffLiteral(line string) string { return `\&` + special.Replace(line) }

// troffLine is one argument of a macro.
func troffLine(text string) string {
	return `"` + strings.ReplaceAll(special.Replace(text), `"`, `\(dq`) + `"`
}
