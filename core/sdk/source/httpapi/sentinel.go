package httpapi

import (
	"math"
	"reflect"

	"polycom.com/usagedata/core/sdk"
)

// dropSentinels sets the pointers to numbers that mean unknown to nil, in the value and in
// everything within it.
func dropSentinels(value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		switch {
		case value.IsNil():
		case value.CanSet() && isSentinel(value.Elem()):
			value.SetZero()
		default:
			dropSentinels(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			dropSentinels(value.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range value.Len() {
			dropSentinels(value.Index(i))
		}
	}
}

func isSentinel(number reflect.Value) bool {
	switch {
	case number.CanInt():
		return sdk.IsSentinel(number.Int())
	case number.CanUint():
		return number.Uint() > math.MaxInt64 || sdk.IsSentinel(int64(number.Uint()))
	case number.CanFloat():
		return sdk.IsSentinel(number.Float())
	}
	return false
}
