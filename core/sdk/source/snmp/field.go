package snmp

import (
	"fmt"
	"reflect"
	"strconv"

	"polycom.com/usagedata/core/sdk"
)

// tag is the key of the struct tag with the OID of a field.
const tag = "oid"

// field is a struct field to read.
type field struct {
	name  string // in the struct
	index []int  // for reflect
	oid   oid
	kind  kind
}

// kind is the type of a field.
type kind int

const (
	integer kind = iota // *int64
	decimal             // *float64
	text                // string
)

var kinds = map[reflect.Type]kind{
	reflect.TypeFor[*int64](): integer, reflect.TypeFor[*float64](): decimal, reflect.TypeFor[string](): text,
}

// fieldsOf returns the tagged fields of a struct. If the author of the plugin made a mistake in it,
// every call fails.
func fieldsOf(shape reflect.Type, parse func(tag string) (oid, error)) ([]field, error) {
	if shape.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is not a struct: %w", shape, sdk.NotAvailable(sdk.Unexplained))
	}
	var fields []field
	for _, f := range reflect.VisibleFields(shape) {
		name, ok := f.Tag.Lookup(tag)
		if !ok {
			continue
		}
		at, err := parse(name)
		kind, known := kinds[f.Type]
		if err != nil || !known || !f.IsExported() {
			return nil, fmt.Errorf("field %s of %s: must be an exported *int64, *float64 or string with an OID: %w",
				f.Name, shape, sdk.NotAvailable(sdk.Unexplained))
		}
		fields = append(fields, field{f.Name, f.Index, at, kind})
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("%s has no field with an OID: %w", shape, sdk.NotAvailable(sdk.Unexplained))
	}
	return fields, nil
}

// columnOf returns a parser for the tags of a table's columns.
func columnOf(entry oid) func(string) (oid, error) {
	return func(tag string) (oid, error) {
		number, err := strconv.ParseUint(tag, 10, 32)
		return entry.child(uint32(number)), err
	}
}
