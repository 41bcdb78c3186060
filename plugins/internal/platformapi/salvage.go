package platformapi

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// salvage decodes what it can, and reports whether the value is of the type. A member, or an entry
// of a list, that is not of its type costs itself and no more: it stays zero, which means that it
// is not known. Numbers and flags may stand in strings, and a list in an object.
func salvage(text []byte, into reflect.Value) bool {
	if json.Unmarshal(text, into.Addr().Interface()) == nil {
		return true
	}
	into.SetZero()
	if decodesItself(into.Type()) {
		return false
	}
	switch into.Kind() {
	case reflect.Pointer:
		part := reflect.New(into.Type().Elem())
		if !salvage(text, part.Elem()) {
			return false
		}
		into.Set(part)
		return true
	case reflect.Struct:
		return salvageMembers(text, into)
	case reflect.Slice:
		return salvageEntries(text, into)
	case reflect.Int64:
		return salvageNumber(text, into)
	case reflect.Bool:
		return json.Unmarshal(bytes.ToLower(unquoted(text)), into.Addr().Interface()) == nil
	}
	return false
}

func decodesItself(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// salvageNumber takes "7", 7.0 and 0.7e1 for 7.
func salvageNumber(text []byte, into reflect.Value) bool {
	number, err := strconv.ParseFloat(string(unquoted(text)), 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		return false
	}
	into.SetInt(int64(number))
	return true
}

// unquoted is the text of a string, and any other text as it is. Nothing in quotes is null.
func unquoted(text []byte) []byte {
	var quoted string
	if json.Unmarshal(text, &quoted) != nil || quoted == "null" {
		return text
	}
	return []byte(quoted)
}

func salvageMembers(text []byte, into reflect.Value) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return false
	}
	for _, field := range reflect.VisibleFields(into.Type()) {
		if value, there := member(members, field); there {
			salvage(value, into.FieldByIndex(field.Index))
		}
	}
	return true
}

// member finds the member that a field is read from, in any case.
func member(members map[string]json.RawMessage, field reflect.StructField) (json.RawMessage, bool) {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" || name == "-" {
		return nil, false
	}
	if value, exactly := members[name]; exactly {
		return value, true
	}
	for found, value := range members {
		if strings.EqualFold(found, name) {
			return value, true
		}
	}
	return nil, false
}

// salvageEntries drops entries that are not of the type. One that should be an object is there all the same, though
// nothing is known of it, if something is known of another one.
func salvageEntries(text []byte, into reflect.Value) bool {
	element := into.Type().Elem()
	entries := entriesIn(text, element, maxWrapped)
	known := entries != nil && len(entries) == 0
	list := reflect.MakeSlice(into.Type(), 0, len(entries))
	for _, entry := range entries {
		value := reflect.New(element).Elem()
		understood := salvage(entry, value)
		known = known || tells(understood, value)
		if understood || element.Kind() == reflect.Struct && !decodesItself(element) {
			list = reflect.Append(list, value)
		}
	}
	if known {
		into.Set(list)
	}
	return known
}

// tells reports whether something is known of a value. Of an empty struct nothing is wanted.
func tells(understood bool, value reflect.Value) bool {
	empty := value.Kind() == reflect.Struct && value.NumField() == 0
	return understood && (empty || !value.IsZero())
}

// maxWrapped is how many objects there may be around a list.
const maxWrapped = 3

// entriesIn returns the entries of a list, nil if it is none. Some answers write a list as an
// array, others as the object around one array that its documented type is (plcmStringList within a
// PlcmStringList), and a list of one entry may be that entry alone. Of two arrays it is not known
// which is the list.
func entriesIn(text []byte, element reflect.Type, wrapped int) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) == nil {
		return list
	}
	var members map[string]json.RawMessage
	if wrapped == 0 || json.Unmarshal(text, &members) != nil || len(members) == 0 {
		return nil
	}
	arrays, objects := sorted(members)
	if len(arrays) == 1 && json.Unmarshal(arrays[0], &list) == nil && (len(list) == 0 || anyFits(list, element)) {
		return list
	}
	if anyFits([]json.RawMessage{text}, element) {
		return []json.RawMessage{text}
	}
	if len(arrays) == 0 && len(objects) == 1 {
		return entriesIn(objects[0], element, wrapped-1)
	}
	return nil
}

// sorted returns the members that are arrays or objects, but for the one that says which page it is.
func sorted(members map[string]json.RawMessage) (arrays, objects []json.RawMessage) {
	for name, value := range members {
		switch {
		case value[0] == '[':
			arrays = append(arrays, value)
		case value[0] == '{' && normal(name) != "plcmpage":
			objects = append(objects, value)
		}
	}
	return arrays, objects
}

func anyFits(entries []json.RawMessage, element reflect.Type) bool {
	for _, entry := range entries {
		value := reflect.New(element).Elem()
		if tells(salvage(entry, value), value) {
			return true
		}
	}
	return false
}
