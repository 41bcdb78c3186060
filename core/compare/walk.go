package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// categories begins the path of every value that was collected.
const categories = "categories."

// deepest is the deepest nesting of a document that is read: a profile's records are four deep, in a
// category, in a document.
const deepest = 12

// walkScalars calls visit for each scalar of a document, in order: a string, a json.Number, a bool or nil.
// The path of a value is like categories.counts.peers[2].version. An empty list is the text "none".
func walkScalars(text []byte, visit func(path string, value any)) error {
	w := walk{json.NewDecoder(bytes.NewReader(text)), visit}
	w.in.UseNumber()
	if err := w.value("", deepest); err != nil || w.in.More() {
		return errUnreadable // the error of encoding/json could repeat the content
	}
	return nil
}

type walk struct {
	in    *json.Decoder
	visit func(path string, value any)
}

func (w walk) value(path string, depth int) error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	if depth == 0 || path == "" && token != json.Delim('{') {
		return errUnreadable
	}
	switch token {
	case json.Delim('{'):
		return w.object(path, depth-1)
	case json.Delim('['):
		return w.list(path, depth-1)
	}
	w.visit(path, token)
	return nil
}

func (w walk) object(path string, depth int) error {
	for w.in.More() {
		name, err := w.in.Token()
		if err != nil {
			return err
		}
		if err := w.value(strings.TrimPrefix(path+"."+fmt.Sprint(name), "."), depth); err != nil {
			return err
		}
	}
	_, err := w.in.Token()
	return err
}

func (w walk) list(path string, depth int) error {
	n := 0
	for ; w.in.More(); n++ {
		if err := w.value(fmt.Sprintf("%s[%d]", path, n+1), depth); err != nil {
			return err
		}
	}
	if n == 0 {
		w.visit(path, "none")
	}
	_, err := w.in.Token()
	return err
}
