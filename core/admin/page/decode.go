package page

import (
	"bytes"
	"encoding/json"
	"errors"

	"polycom.com/usagedata/core/strictjson"
)

// object is a JSON object whose members stay in the order in which they were written.
type object []member

type member struct {
	name  string
	value any // object, []any, json.Number, string, bool or nil
}

// deepest is the deepest nesting of a document that is shown: a profile's records are four deep, in
// a category, in a document.
const deepest = 12

var errUnreadable = errors.New("it is not a document that this version reads")

// decode reads a document for display. If it cannot be read, its text is shown instead.
func decode(text []byte) (object, error) {
	o, err := readObject(text, deepest-1)
	if err != nil {
		return nil, errUnreadable // the error of encoding/json could repeat the content
	}
	return o, nil
}

func readObject(text []byte, depth int) (object, error) {
	members, err := strictjson.Parse(text)
	if err != nil {
		return nil, err
	}
	o := object{}
	for _, m := range members {
		value, err := readValue(m.Value, depth)
		if err != nil {
			return nil, err
		}
		o = append(o, member{m.Name, value})
	}
	return o, nil
}

func readList(text []byte, depth int) (any, error) {
	var values []json.RawMessage
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	list := []any{}
	for _, v := range values {
		value, err := readValue(v, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func readValue(text []byte, depth int) (any, error) {
	if text[0] != '{' && text[0] != '[' {
		in := json.NewDecoder(bytes.NewReader(text))
		in.UseNumber()
		return in.Token()
	}
	if depth == 0 {
		return nil, errUnreadable
	}
	if text[0] == '{' {
		return readObject(text, depth-1)
	}
	return readList(text, depth-1)
}

// find returns the value of the member of that name, or nil if there is none.
func (o object) find(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// within returns the object under that name, or an empty one.
func (o object) within(name string) object {
	inner, _ := o.find(name).(object)
	return inner
}

func (o object) text(name string) string {
	if value := o.find(name); value != nil {
		return scalarText(value)
	}
	return ""
}
