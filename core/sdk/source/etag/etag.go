// Package etag keeps the decoded answers of an HTTP API from one cycle to the next, with the ETags
// by which the product reports whether they have changed. The product then only has to confirm an
// answer. Package httpapi uses it, and a plugin that has an HTTP client of its own may.
//
// Only the value that a caller has decoded is kept, and nothing else of an answer.
package etag

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Store keeps bytes by their keys; a [polycom.com/usagedata/core/sdk.Carryover] is one.
type Store interface {
	Recall(key string) ([]byte, bool)
	Keep(key string, value []byte)
}

// Answer is an answer that was kept. The zero value has no ETag.
type Answer struct {
	ETag      string
	Confirmed int             // times in a row that the product confirmed it
	Value     json.RawMessage // of the type that was read
}

// MaxConfirmed is the number of confirmations after which an answer is read again, which is once a
// day. This limits the effect of a product whose ETag does not change with the content.
const MaxConfirmed = 23

// maxETag is the limit for an ETag; the longest in use have about eighty characters.
const maxETag = 128

// Key returns the key of an answer that is decoded into T. The parts are everything else on which
// the answer depends, such as URL and user. A change of T or of a part makes another key, under
// which nothing is found. A key is a hash, because a part may hold a name.
func Key[T any](parts ...string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %s", parts, shape(reflect.TypeFor[T](), nil)))
	return fmt.Sprintf("%x", sum[:12])
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

// Recall returns the answer that was kept under the key, and its value. It reports false if there
// is none, if it cannot be decoded, or if it must be read again.
func Recall[T any](store Store, key string) (known Answer, value T, ok bool) {
	var none T
	text, ok := store.Recall(key)
	if !ok || json.Unmarshal(text, &known) != nil || !isValid(known.ETag) {
		return Answer{}, none, false
	}
	if known.Confirmed >= MaxConfirmed || json.Unmarshal(known.Value, &value) != nil {
		return Answer{}, none, false
	}
	return known, value, true
}

// Remember keeps an answer if it can be decoded to the same value. Otherwise it is read every time.
func Remember[T any](store Store, key, etag string, value T) {
	text, err := json.Marshal(value)
	if err != nil || !isValid(etag) {
		return
	}
	var again T
	if json.Unmarshal(text, &again) == nil && reflect.DeepEqual(value, again) {
		Answer{ETag: etag, Value: text}.keep(store, key)
	}
}

// Confirm keeps an answer that the product has confirmed.
func (a Answer) Confirm(store Store, key string) {
	a.Confirmed++
	a.keep(store, key)
}

func (a Answer) keep(store Store, key string) {
	if text, err := json.Marshal(a); err == nil {
		store.Keep(key, text)
	}
}

// isValid reports whether an ETag can be sent back in a header.
func isValid(etag string) bool {
	odd := strings.ContainsFunc(etag, func(r rune) bool { return r <= ' ' || r > '~' })
	return etag != "" && len(etag) <= maxETag && !odd
}
