package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// object is a JSON object whose members stay in the order in which they were written.
type object []member

type member struct {
	name  string
	value any // object, []any, json.Number, string, bool or nil
}

// deepest is how deep a document may be nested: a profile's records are four deep, in a category in a document.
const deepest = 12

var errUnreadable = errors.New("it is not a document that this version reads")

// decode reads a document for the eye. What can't be read is still shown as the text that it is.
func decode(text []byte) (object, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	value, err := next(in, deepest)
	if err != nil {
		return nil, errUnreadable // json's own words could repeat the content
	}
	o, ok := value.(object)
	if _, err := in.Token(); err != io.EOF || !ok {
		return nil, errUnreadable
	}
	return o, nil
}

func next(in *json.Decoder, depth int) (any, error) {
	token, err := in.Token()
	if err != nil {
		return nil, err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == 0 {
		return nil, errUnreadable
	}
	if open == '{' {
		return readObject(in, depth-1)
	}
	return readList(in, depth-1)
}

func readObject(in *json.Decoder, depth int) (any, error) {
	o := object{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, err
		}
		value, err := next(in, depth)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name.(string), value}) // the decoder takes nothing else for a name
	}
	_, err := in.Token()
	return o, err
}

func readList(in *json.Decoder, depth int) (any, error) {
	list := []any{}
	for in.More() {
		value, err := next(in, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := in.Token()
	return list, err
}

// find is the value of the member of that name; nil where there is none.
func (o object) find(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// within is the object under that name; empty where there is none.
func (o object) within(name string) object {
	inner, _ := o.find(name).(object)
	return inner
}

func (o object) text(name string) string {
	if value := o.find(name); value != nil {
		return plain(value)
	}
	return ""
}
