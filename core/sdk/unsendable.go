package sdk

import (
	"math"
	"reflect"
	"unicode/utf8"
)

// unsendable returns the names of the fields of a struct that hold something which no message can
// carry: a number that is not finite or does not fit, or a text that is not UTF-8. [record] leaves
// it out. A list is named as a whole. A part of a record that is sent without it is named
// field.part.
func unsendable(v reflect.Value) (names []string) {
	for _, field := range reflect.VisibleFields(v.Type()) {
		name, ok := fieldName(field)
		held, err := v.FieldByIndexErr(field.Index)
		if !ok || err != nil {
			continue
		}
		for held.Kind() == reflect.Pointer && !held.IsNil() {
			held = held.Elem()
		}
		switch {
		case !garbled(held):
		case held.Kind() == reflect.Struct && encode(held) != nil:
			for _, part := range unsendable(held) {
				names = append(names, name+"."+part)
			}
		default:
			names = append(names, name)
		}
	}
	return names
}

// garbled reports whether any part of the value cannot be sent.
func garbled(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)
	case reflect.String:
		return !utf8.ValidString(v.String())
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return v.Uint() > math.MaxInt64
	case reflect.Pointer:
		return !v.IsNil() && garbled(v.Elem())
	case reflect.Struct:
		return v.Type() != timeType && v.Type() != dateType && len(unsendable(v)) > 0
	case reflect.Slice:
		for i := range v.Len() {
			if garbled(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			if garbled(key) || garbled(value) {
				return true
			}
		}
	}
	return false
}
