// Package strictjson reads a JSON object in one way only: no name comes twice, nothing follows, and the members keep
// their order. encoding/json takes the last of two members of one name, and another reader may take the first: of two
// choices in one decision neither is the customer's, and a page must not show another document than the one that was
// sent.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// ErrNotObject is all that is said of a text that can't be read: json's own words could repeat what stands in it.
var ErrNotObject = errors.New("it is not one JSON object with each name once")

// Object is a JSON object's members, in the order in which they were written.
type Object []Member

// Member is a name and its value, as it stands in the text.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Parse takes one object apart. Its members' values are valid JSON, but objects in them are not looked into.
func Parse(text []byte) (Object, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	if open, err := in.Token(); err != nil || open != json.Delim('{') || !utf8.Valid(text) {
		return nil, ErrNotObject
	}
	object, names := Object{}, map[string]bool{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, ErrNotObject
		}
		member := Member{Name: name.(string)} // the decoder takes nothing else for a name
		if err := in.Decode(&member.Value); err != nil || names[member.Name] {
			return nil, ErrNotObject
		}
		names[member.Name] = true
		object = append(object, member)
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, ErrNotObject
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrNotObject
	}
	return object, nil
}

// Find is the value of the member of that name, and nil where there is none.
func (o Object) Find(name string) json.RawMessage {
	for _, m := range o {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}
