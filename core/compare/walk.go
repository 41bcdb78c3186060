package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// deepest is the deepest nesting of a document that is read: a profile's records are four deep, in a
// category, in a document.
const deepest = 12

var errUnreadable = errors.New("compare: it is not a document that this version reads")

// Scalar is a value that has no parts, as it is written in the document.
type Scalar []byte

// String returns the scalar without quotation marks.
func (s Scalar) String() string {
	var text string
	if s[0] != '"' || json.Unmarshal(s, &text) != nil {
		return string(s)
	}
	return text
}

// Number returns the value of a number.
func (s Scalar) Number() (n float64, is bool) {
	if s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(s), 64)
	return n, err == nil
}

// Walk calls visit for each scalar of a document, in order. The path of a value is like
// categories.counts.peers[2].version; visit must not keep it. An empty list is the text "none".
//
// It reads a history of hundreds of documents while a person waits. So encoding/json checks the text,
// and is not asked to make values of it.
func Walk(text []byte, visit func(path []byte, value Scalar)) error {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' || !json.Valid(text) || !utf8.Valid(text) {
		return errUnreadable
	}
	w := walk{text: text, visit: visit}
	return w.value(nil, deepest)
}

// walk is at a place of a text that is valid JSON.
type walk struct {
	text  []byte
	visit func(path []byte, value Scalar)
}

func (w *walk) value(path []byte, depth int) error {
	w.space()
	switch {
	case w.text[0] == '{' && depth > 0:
		return w.object(path, depth-1)
	case w.text[0] == '[' && depth > 0:
		return w.list(path, depth-1)
	case w.text[0] == '{' || w.text[0] == '[':
		return errUnreadable
	}
	w.visit(path, w.scalar())
	return nil
}

func (w *walk) object(path []byte, depth int) error {
	w.text = w.text[1:]
	for w.more('}') {
		name := w.scalar()
		w.space()
		w.text = w.text[1:] // the colon
		inner := path
		if len(path) > 0 {
			inner = append(inner, '.')
		}
		if err := w.value(append(inner, name.String()...), depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) list(path []byte, depth int) error {
	w.text = w.text[1:]
	n := 0
	for w.more(']') {
		n++
		entry := append(strconv.AppendInt(append(path, '['), int64(n), 10), ']')
		if err := w.value(entry, depth); err != nil {
			return err
		}
	}
	if n == 0 {
		w.visit(path, Scalar("none"))
	}
	return nil
}

// more goes to the next member of an object or list, or behind its end, and reports whether there is one.
func (w *walk) more(end byte) bool {
	w.space()
	if w.text[0] == ',' {
		w.text = w.text[1:]
		w.space()
	}
	if w.text[0] != end {
		return true
	}
	w.text = w.text[1:]
	return false
}

func (w *walk) space() { w.text = bytes.TrimLeft(w.text, " \t\r\n") }

// scalar goes behind a string, a number, true, false or null.
func (w *walk) scalar() Scalar {
	end := 1
	if w.text[0] == '"' {
		for ; w.text[end] != '"'; end++ {
			if w.text[end] == '\\' {
				end++
			}
		}
		end++
	} else {
		end = bytes.IndexAny(w.text, ",]} \t\r\n")
	}
	found := w.text[:end]
	w.text = w.text[end:]
	return found
}
