package platformapi

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// answer is what was decoded of one, and the tag by which the product knows whether it is still true. It holds the
// members that a caller stated and nothing else: of the rest of the answer there is nothing left that could be
// remembered.
type answer struct {
	ETag      string
	Confirmed int             // times in a row that the product said so
	Value     json.RawMessage // of the type that was read
}

// maxConfirmed is after how many times an answer is read whole all the same: once a day, so that a product whose tags
// don't change with what they stand for is not believed for longer.
const maxConfirmed = 23

// maxTag bounds a tag; the longest in use are some eighty characters.
const maxTag = 128

// memoryKey names a page of a resource as this source and this user get it, in the versions that are accepted, decoded
// in this shape. A plugin that wants anything else of it finds nothing.
func memoryKey[T any](c *Client, r Resource, number int) string {
	made, _ := c.connect() // without a connection the request fails, whatever is remembered
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %s", made.base, made.user, r.accepted(),
		shape(reflect.TypeFor[T](), nil)))
	return fmt.Sprintf("%s %d %x", r.Path, number, sum[:12])
}

// shape describes what JSON is decoded into: two types with the same shape read the same.
func shape(t reflect.Type, within []reflect.Type) string {
	for _, outer := range within {
		if outer == t {
			return t.String()
		}
	}
	within = append(within, t)
	name := t.PkgPath() + "." + t.Name() + " " + t.Kind().String()
	switch t.Kind() {
	case reflect.Struct:
		var fields strings.Builder
		for i := range t.NumField() {
			field := t.Field(i)
			fmt.Fprintf(&fields, "%s %q %s;", field.Name, field.Tag, shape(field.Type, within))
		}
		return name + "{" + fields.String() + "}"
	case reflect.Map:
		return name + "[" + shape(t.Key(), within) + "]" + shape(t.Elem(), within)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return fmt.Sprintf("%s %d(%s)", name, t.Size(), shape(t.Elem(), within))
	}
	return name
}

// recall returns what is remembered under the key; nothing where it can't be read, or where the whole answer is due.
func recall[T any](memory *sdk.Memory, key string) (known answer, value T, ok bool) {
	var none T
	text, ok := memory.Recall(key)
	if !ok || json.Unmarshal(text, &known) != nil || !taggable(known.ETag) {
		return answer{}, none, false
	}
	if known.Confirmed >= maxConfirmed || json.Unmarshal(known.Value, &value) != nil {
		return answer{}, none, false
	}
	return known, value, true
}

// remember keeps an answer if it comes out of the memory as it goes in: a type of which that is not so is asked for in
// full, every time.
func remember[T any](memory *sdk.Memory, key, etag string, value T) {
	text, err := json.Marshal(value)
	if err != nil || !taggable(etag) {
		return
	}
	var again T
	if json.Unmarshal(text, &again) == nil && reflect.DeepEqual(value, again) {
		answer{ETag: etag, Value: text}.keep(memory, key)
	}
}

func (a answer) keep(memory *sdk.Memory, key string) {
	if text, err := json.Marshal(a); err == nil {
		memory.Keep(key, text)
	}
}

// taggable tells whether a tag can be sent back in a header.
func taggable(etag string) bool {
	odd := strings.ContainsFunc(etag, func(r rune) bool { return r <= ' ' || r > '~' })
	return etag != "" && len(etag) <= maxTag && !odd
}
