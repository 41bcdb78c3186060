// Package strictjson reads a JSON object strictly: no name may occur twice, nothing may follow, and
// the members keep their order. If a name occurs twice, encoding/json takes the last member, and
// another reader may take the first: of two choices in one decision neither can be taken for the
// customer's, and a page must not show a different document from the one that was sent.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// errNotObject is the only description of a text that cannot be read, because json's own messages
// could quote the text.
var errNotObject = errors.New("not a single JSON object with unique names")

// Object is a JSON object's members, in the order in which they were written.
type Object []Member

// Member is a name and its value, unchanged from the text.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Parse splits one object into its members. Their values are valid JSON, but Parse does not check
// objects inside them.
func Parse(text []byte) (Object, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	if open, err := in.Token(); err != nil || open != json.Delim('{') || !utf8.Valid(text) {
		return nil, errNotObject
	}
	object, names := Object{}, map[string]bool{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, errNotObject
		}
		member := Member{Name: name.(string)} // the decoder accepts only strings as names
		if err := in.Decode(&member.Value); err != nil || names[member.Name] {
			return nil, errNotObject
		}
		names[member.Name] = true
		object = append(object, member)
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, errNotObject
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotObject
	}
	return object, nil
}

// Find returns the value of the member of that name, or nil if there is no such member.
func (o Object) Find(name string) json.RawMessage {
	for _, m := range o {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}
