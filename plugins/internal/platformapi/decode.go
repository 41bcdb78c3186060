package platformapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"polycom.com/usagedata/core/sdk"
)

// malformed is an answer of another shape.
func malformed(what string) error {
	return fmt.Errorf("decode answer: %s: %w", what, sdk.NotAvailable(sdk.Malformed))
}

// byteOrderMark is what some servers write before JSON, and encoding/json does not read.
const byteOrderMark = "\ufeff"

// decode decodes an object, as far as it is as we know it. One in which nothing is must not pass
// for one that says nothing.
func decode[T any](body io.Reader, into *T) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	text = withoutHyphens(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	if !json.Valid(text) {
		return malformed("it is no JSON")
	}
	salvage(text, reflect.ValueOf(into).Elem())
	if reflect.ValueOf(*into).IsZero() {
		return malformed("none of the members that are read")
	}
	return nil
}

// withoutHyphens takes the hyphens out of the names of members, in place: device-model becomes devicemodel, which
// encoding/json takes for deviceModel. Everything else stays as it is. Text that is not JSON comes out as such.
func withoutHyphens(text []byte) []byte {
	kept := text[:0]
	for len(text) > 0 {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return append(kept, text...)
		}
		end := quote + 1 + stringEnd(text[quote+1:])
		kept = append(kept, text[:quote]...)
		if isName(text[end:]) {
			kept = appendWithout(kept, text[quote:end], '-')
		} else {
			kept = append(kept, text[quote:end]...)
		}
		text = text[end:]
	}
	return kept
}

// stringEnd is where a string that has been opened is closed again.
func stringEnd(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// isName tells by what comes after a string that it names a member.
func isName(after []byte) bool {
	after = bytes.TrimLeft(after, " \t\r\n")
	return len(after) > 0 && after[0] == ':'
}

func appendWithout(kept, text []byte, dropped byte) []byte {
	for _, b := range text {
		if b != dropped {
			kept = append(kept, b)
		}
	}
	return kept
}

// decodePage decodes a page of which the member that holds the list is named after the version.
func decodePage[T any](r Resource, body io.Reader, into *listPage[T]) error {
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		return err
	}
	for name, value := range members {
		var err error
		switch name := normal(name); {
		case name == "plcmpage":
			if string(value) != "null" {
				into.TotalSize, into.Paged = pageSize(value), true
			}
		case r.isList(name) && into.Listed:
			err = malformed("two lists")
		case r.isList(name):
			if !salvageNamed(name, value, reflect.ValueOf(&into.Items).Elem()) {
				err = malformed("a list that is none")
			}
			into.Listed, into.Sum = true, sumOf(value)
			if said, paged := pageWithin(value, maxWrapped); value[0] == '{' && paged {
				into.TotalSize, into.Paged = said, true
			}
		}
		if err != nil {
			return err
		}
	}
	if !into.Paged && !into.Listed {
		return malformed("neither a list nor its size")
	}
	return nil
}

// decodeUnnamed decodes a page that holds one list, whatever its name is.
func decodeUnnamed[T any](body io.Reader, into *listPage[T]) error {
	var text json.RawMessage
	if err := decode(body, &text); err != nil {
		return err
	}
	if !salvage(text, reflect.ValueOf(&into.Items).Elem()) {
		return malformed("no list")
	}
	into.TotalSize, into.Paged = pageWithin(text, maxWrapped)
	into.Listed, into.Sum = true, sumOf(entriesIn("", text, reflect.TypeFor[T](), maxWrapped)...)
	return nil
}
