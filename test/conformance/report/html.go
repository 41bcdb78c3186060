package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"polycom.com/usagedata/test/conformance/result"
)

var (
	//go:embed report.html.tmpl
	pageText string
	//go:embed report.css
	styleText string
	//go:embed report.js
	scriptText string

	pageTemplate = template.Must(template.New("report.html").Funcs(template.FuncMap{
		"took": took, "line": Line, "word": word, "outcome": outcome, "number": number, "calm": calm, "title": title,
		"summary": topicGroup.summary, "topictook": func(t topicGroup) string { return took(t.took()) },
	}).Parse(pageText))
)

// sheet is the input of [pageTemplate].
type sheet struct {
	result.Result
	Sentence  string
	Rows      []row
	Topics    []topicGroup
	NotPassed []result.Done // the checks that did not pass, linked from the top
	Style     template.CSS
	Script    template.JS
	Policy    string
}

// row counts one outcome; At and All place it in the bar.
type row struct {
	Outcome                    result.Outcome
	Word                       string
	Required, Recommended, All int
	At                         int
}

// writeHTML writes report.html: one file that opens from disk and requests nothing. Its content
// security policy permits only its own style and its own script. If the template ever lets other
// active content through, the browser refuses it.
func writeHTML(w io.Writer, r result.Result) error {
	r = shown(r)
	s := sheet{
		Result: r, Sentence: sentence(r), Rows: rows(r.Checks), Topics: topics(r.Checks),
		Style: template.CSS(styleText), Script: template.JS(scriptText),
		Policy: fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
			sum(styleText), sum(scriptText)),
	}
	for _, d := range r.Checks {
		if !calm(d) {
			s.NotPassed = append(s.NotPassed, d)
		}
	}
	// Render the whole page before writing its first byte: half a page would look like one with
	// fewer failures.
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, s); err != nil {
		return fmt.Errorf("write report.html: %w", err)
	}
	if _, err := text.WriteTo(w); err != nil {
		return fmt.Errorf("write report.html: %w", err)
	}
	return nil
}

// sum returns the hash of a text in the form of a content security policy, which permits the text.
func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

// calm reports whether the check needs no attention.
func calm(d result.Done) bool {
	o := outcome(d)
	return o == result.Pass || o == result.Skip || o == result.NotApplicable
}

func rows(checks []result.Done) (all []row) {
	at := 0
	for _, e := range outcomes {
		r := row{Outcome: e.Outcome, Word: e.Word, At: at,
			Required:    count(checks, result.Required, is(e.Outcome)),
			Recommended: count(checks, result.Recommended, is(e.Outcome)),
			All:         count(checks, "", is(e.Outcome)),
		}
		at += r.All
		all = append(all, r)
	}
	return all
}
