package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// read reads an answer, or asks whether the remembered one has changed.
func read[T any](ctx context.Context, a *API, r request, decode func([]byte, *T) error) (T, error) {
	var fresh, none T
	made, err := a.connect()
	if err != nil {
		return none, err
	}
	key := keyOf[T](a.source, made, r)
	known, value, ok := recall[T](a.carryover, key)
	got, err := a.send(ctx, made, r, known.ETag)
	switch {
	case err != nil:
		return none, err
	case got.unchanged && ok:
		known.Confirmed++
		known.keep(a.carryover, key)
		return value, nil
	}
	if err := decode(got.text, &fresh); err != nil {
		return none, err
	}
	remember(a.carryover, key, got.etag, fresh)
	return fresh, nil
}

// remembered holds the value that was decoded from an answer, and the ETag by which the product
// reports whether it has changed. The rest of the answer is not kept.
type remembered struct {
	ETag      string
	Confirmed int             // times in a row that the product confirmed it
	Value     json.RawMessage // of the type that was read
}

// maxConfirmed is the number of confirmations after which an answer is read again, which is once a
// day. This limits the effect of a product whose ETag does not change with the content.
const maxConfirmed = 23

// maxETag is the limit for an ETag; the longest in use have about eighty characters.
const maxETag = 128

// keyOf returns the key of an answer, as this source and this user get it, decoded into a type of
// this shape. A change of any of them makes another key, under which nothing is found. It is a hash,
// because a path can have a name.
func keyOf[T any](source string, made connection, r request) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %s", source, made.base, made.user, r.path, r.accept,
		shape(reflect.TypeFor[T](), nil)))
	return fmt.Sprintf("%s %x", source, sum[:12])
}

// shape describes a type: two types with the same shape are decoded the same way.
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

// recall returns the answer that was kept under the key. It reports false if the answer cannot be
// decoded, or if it must be read again.
func recall[T any](carryover *sdk.Carryover, key string) (known remembered, value T, ok bool) {
	var none T
	text, ok := carryover.Recall(key)
	if !ok || json.Unmarshal(text, &known) != nil || !isValidETag(known.ETag) {
		return remembered{}, none, false
	}
	if known.Confirmed >= maxConfirmed || json.Unmarshal(known.Value, &value) != nil {
		return remembered{}, none, false
	}
	return known, value, true
}

// remember keeps an answer if it can be decoded to the same value. Otherwise it is read every time.
func remember[T any](carryover *sdk.Carryover, key, etag string, value T) {
	text, err := json.Marshal(value)
	if err != nil || !isValidETag(etag) {
		return
	}
	var again T
	if json.Unmarshal(text, &again) == nil && reflect.DeepEqual(value, again) {
		remembered{ETag: etag, Value: text}.keep(carryover, key)
	}
}

func (r remembered) keep(carryover *sdk.Carryover, key string) {
	if text, err := json.Marshal(r); err == nil {
		carryover.Keep(key, text)
	}
}

// isValidETag reports whether an ETag can be sent back in a header.
func isValidETag(etag string) bool {
	odd := strings.ContainsFunc(etag, func(r rune) bool { return r <= ' ' || r > '~' })
	return etag != "" && len(etag) <= maxETag && !odd
}
