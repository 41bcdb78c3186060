package platformapi

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// salvage decodes as much as possible, and reports whether the value fits the type. A member or an
// entry of a list that does not fit is lost alone: it stays zero, which means unknown. Numbers and
// flags may be in strings, and a list in an object.
func salvage(text []byte, into reflect.Value) bool { return salvageNamed("", text, into) }

// salvageNamed is like [salvage] for a member with the given name, by which a list within an object
// is recognized.
func salvageNamed(own string, text []byte, into reflect.Value) bool {
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
		if !salvageNamed(own, text, part.Elem()) {
			return false
		}
		into.Set(part)
		return true
	case reflect.Struct:
		return salvageMembers(text, into)
	case reflect.Slice:
		return salvageEntries(own, text, into)
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

// salvageNumber accepts "7", 7.0 and 0.7e1 for 7.
func salvageNumber(text []byte, into reflect.Value) bool {
	number, err := strconv.ParseFloat(string(unquoted(text)), 64)
	if err != nil || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		return false
	}
	into.SetInt(int64(number))
	return true
}

// unquoted returns the content of a string, and any other text unchanged. A quoted null is not
// null, so it stays quoted.
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
			salvageNamed(nameIn(field), value, into.FieldByIndex(field.Index))
		}
	}
	return true
}

// nameIn returns the name of a struct field in an answer.
func nameIn(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

// member returns the member from which a struct field is read. Upper and lower case do not matter.
func member(members map[string]json.RawMessage, field reflect.StructField) (json.RawMessage, bool) {
	name := nameIn(field)
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

// salvageEntries drops entries that do not fit the type. An entry that should be an object is kept
// even if nothing is known of it, provided that something is known of another entry.
func salvageEntries(own string, text []byte, into reflect.Value) bool {
	element := into.Type().Elem()
	entries := entriesIn(own, text, element, maxWrapped)
	known := entries != nil && len(entries) == 0
	list := reflect.MakeSlice(into.Type(), 0, len(entries))
	for _, entry := range entries {
		value := reflect.New(element).Elem()
		understood := salvage(entry, value)
		known = known || isKnown(understood, value)
		if understood || element.Kind() == reflect.Struct && !decodesItself(element) {
			list = reflect.Append(list, value)
		}
	}
	if known {
		into.Set(list)
	}
	return known
}

// isKnown reports whether something is known of a value. An empty struct only asks for the presence
// of a value.
func isKnown(understood bool, value reflect.Value) bool {
	return understood && (onlyCounted(value.Type()) || !value.IsZero())
}

// onlyCounted reports whether entries are only counted: any object fits then.
func onlyCounted(element reflect.Type) bool {
	return element.Kind() == reflect.Struct && element.NumField() == 0
}

// maxWrapped is the largest number of objects around a list.
const maxWrapped = 3

// entriesIn returns the entries of the list with the given name, or nil if there is no list. Some
// answers write a list as an array. Others write it as an object around one array, like its
// documented type (plcmStringList within a PlcmStringList). A list of one entry may be that entry
// alone, which may have lists of its own.
func entriesIn(own string, text []byte, element reflect.Type, wrapped int) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) == nil {
		return list
	}
	var members map[string]json.RawMessage
	if wrapped == 0 || json.Unmarshal(text, &members) != nil || len(members) == 0 {
		return nil
	}
	inner, named := within(own, members)
	entry := []json.RawMessage{text}
	fits := anyFits(entry, element)
	if inner != nil && (named || !fits || onlyCounted(element)) {
		list = entriesIn(own, inner, element, wrapped-1)
		if list != nil && (len(list) == 0 || anyFits(list, element)) {
			return list
		}
	}
	if fits && !named {
		return entry
	}
	return nil
}

// within returns the value that an object wraps: the list with its name or that of its entries, or
// its only member. If no document has the name, it is the only array, or otherwise the only object.
func within(own string, members map[string]json.RawMessage) (inner json.RawMessage, named bool) {
	for name, value := range members {
		if own != "" && stem(name) == stem(own) && (value[0] == '[' || value[0] == '{') {
			return value, true
		}
	}
	arrays, objects := sorted(members)
	if len(arrays) == 0 {
		arrays, objects = objects, nil
	}
	if len(arrays) != 1 || own != "" && len(members) > 1+paged(members) {
		return nil, false
	}
	return arrays[0], false
}

// paged returns the number of members that describe the page.
func paged(members map[string]json.RawMessage) (n int) {
	for name := range members {
		if normal(name) == "plcmpage" {
			n++
		}
	}
	return n
}

// stem returns the part of a name that the names of a list and of its entries have in common in all
// versions.
func stem(name string) string {
	name, isList := strings.CutSuffix(normal(name), "list")
	if unversioned := strings.TrimRight(name, "0123456789"); isList && unversioned != name {
		name = strings.TrimSuffix(unversioned, "v")
	}
	return name
}

// sorted returns the members that are arrays and those that are objects, except for the one that
// describes the page.
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
		if isKnown(salvage(entry, value), value) {
			return true
		}
	}
	return false
}
