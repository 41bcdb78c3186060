package sdk

import (
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// tag is the key of the struct tag that names a field of the profile.
const tag = "usage"

// record encodes a struct. It omits values that are not known and never invents one: a nil pointer,
// an empty or invalid text, a zero time or day, a number that cannot be sent, such as NaN, and a
// record without any known field. A nil list is omitted too; an empty list is sent. [unsendable]
// names the fields of which something is omitted because it cannot be sent.
func record(v reflect.Value) *pluginpb.Record {
	fields := map[string]*pluginpb.Value{}
	for _, field := range reflect.VisibleFields(v.Type()) {
		name, ok := fieldName(field)
		if !ok {
			continue
		}
		held, err := v.FieldByIndexErr(field.Index)
		if err != nil { // the field belongs to an embedded pointer that is nil
			continue
		}
		if value := encode(held); value != nil {
			fields[name] = value
		}
	}
	return &pluginpb.Record{Fields: fields}
}

// fieldName returns the name in the tag of a struct field. Fields of embedded structs count as the
// struct's own.
func fieldName(field reflect.StructField) (string, bool) {
	name, ok := field.Tag.Lookup(tag)
	return name, ok && field.IsExported()
}

func encode(v reflect.Value) *pluginpb.Value {
	switch is := v.Interface().(type) {
	case time.Time:
		if is.IsZero() {
			return nil
		}
		return text(is.Format(time.RFC3339))
	case Date:
		return text(is.String())
	case time.Duration:
		return decimal(is.Seconds())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return encode(v.Elem())
	case reflect.Bool:
		return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: v.Bool()}}
	case reflect.String:
		return text(v.String())
	case reflect.Float32, reflect.Float64:
		return decimal(v.Float())
	case reflect.Struct:
		return nested(v)
	case reflect.Slice:
		return list(v)
	case reflect.Map:
		return counts(v)
	default:
		return number(v)
	}
}

func nested(v reflect.Value) *pluginpb.Value {
	encoded := record(v)
	if len(encoded.Fields) == 0 {
		return nil
	}
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: encoded}}
}

func text(s string) *pluginpb.Value {
	s = strings.TrimSpace(s)
	if s == "" || !utf8.ValidString(s) {
		return nil
	}
	return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}}
}

func decimal(f float64) *pluginpb.Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: f + 0}} // minus zero becomes zero
}

func number(v reflect.Value) *pluginpb.Value {
	switch {
	case v.CanInt():
		return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: v.Int()}}
	case v.CanUint() && v.Uint() <= math.MaxInt64:
		return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: int64(v.Uint())}}
	default:
		return nil
	}
}

func list(v reflect.Value) *pluginpb.Value {
	if v.IsNil() {
		return nil
	}
	values := make([]*pluginpb.Value, 0, v.Len())
	for i := range v.Len() {
		if value := encode(v.Index(i)); value != nil {
			values = append(values, value)
		}
	}
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}

func counts(v reflect.Value) *pluginpb.Value {
	if v.IsNil() {
		return nil
	}
	fields := map[string]*pluginpb.Value{}
	for _, key := range v.MapKeys() {
		if value := encode(v.MapIndex(key)); value != nil && utf8.ValidString(key.String()) {
			fields[key.String()] = value
		}
	}
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: fields}}}
}
