package sdk

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// checkStruct compares a struct of the plugin with the fields of its profile, in both directions,
// and returns an error for each difference.
func checkStruct(at string, shape reflect.Type, fields []profile.Field) []error {
	if shape.Kind() != reflect.Struct {
		return []error{fmt.Errorf("%s: %s is not a struct", at, shape)}
	}
	parts, found := taggedFields(at, shape)
	for _, f := range fields {
		part, ok := parts[f.Name]
		delete(parts, f.Name)
		if !ok {
			found = append(found, fmt.Errorf("%s.%s is in the profile but not in %s", at, f.Name, shape))
			continue
		}
		found = append(found, checkField(at+"."+f.Name, part, f)...)
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		found = append(found, fmt.Errorf("%s.%s is in %s but not in the profile", at, name, shape))
	}
	return found
}

// taggedFields returns the types of a struct's fields by their tag, and an error for each tag that
// is on an unexported field or occurs twice.
func taggedFields(at string, shape reflect.Type) (parts map[string]reflect.Type, found []error) {
	parts = map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(shape) {
		name, tagged := field.Tag.Lookup(tag)
		switch _, twice := parts[name]; {
		case !tagged:
		case !field.IsExported():
			found = append(found, fmt.Errorf("%s.%s: field %s of %s is not exported", at, name, field.Name, shape))
		case twice:
			found = append(found, fmt.Errorf("%s.%s is in %s twice", at, name, shape))
		default:
			parts[name] = field.Type
		}
	}
	return parts, found
}

func checkField(at string, shape reflect.Type, f profile.Field) []error {
	shape = pointedTo(shape)
	if f.List > 0 {
		if shape.Kind() != reflect.Slice {
			return []error{fmt.Errorf("%s: a list in the profile, %s in the struct", at, shape)}
		}
		shape = pointedTo(shape.Elem())
	}
	switch {
	case len(f.Fields) > 0:
		return checkStruct(at, shape, f.Fields)
	case len(f.By) > 0:
		if shape.Kind() != reflect.Map || shape.Key().Kind() != reflect.String || !fits(f.Kind, shape.Elem()) {
			return []error{fmt.Errorf("%s: numbers by key in the profile, %s in the struct", at, shape)}
		}
	case !fits(f.Kind, shape):
		return []error{fmt.Errorf("%s: kind %s in the profile, %s in the struct", at, f.Kind, shape)}
	}
	return nil
}

func pointedTo(shape reflect.Type) reflect.Type {
	if shape.Kind() == reflect.Pointer {
		return shape.Elem()
	}
	return shape
}

var (
	timeType     = reflect.TypeFor[time.Time]()
	dateType     = reflect.TypeFor[Date]()
	durationType = reflect.TypeFor[time.Duration]()
)

// fits reports whether a Go type can hold a value of the kind, according to the table in [kind]. A
// kind that this version does not know must be given as text.
func fits(k kind.Kind, shape reflect.Type) bool {
	takes := kind.Of(k).Takes
	if len(takes) == 0 {
		takes = []kind.Shape{kind.String}
	}
	return slices.Contains(takes, shapeOf(shape))
}

// shapeOf returns the shape of the values that a Go type holds, or -1 if the type does not hold a
// single value.
func shapeOf(t reflect.Type) kind.Shape {
	zero := reflect.Zero(t)
	switch {
	case t == timeType:
		return kind.Moment
	case t == dateType:
		return kind.Day
	case t == durationType:
		return kind.Span
	case zero.CanInt() || zero.CanUint():
		return kind.Whole
	case zero.CanFloat():
		return kind.Real
	case t.Kind() == reflect.Bool:
		return kind.Bool
	case t.Kind() == reflect.String:
		return kind.String
	}
	return -1
}
