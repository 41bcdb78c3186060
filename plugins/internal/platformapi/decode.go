package platformapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"polycom.com/usagedata/core/sdk"
)

// malformed returns the error for an answer of another form.
func malformed(problem string) error {
	return fmt.Errorf("decode answer: %s: %w", problem, sdk.NotAvailable(sdk.Malformed))
}

// byteOrderMark is written before the JSON by some servers. encoding/json does not accept it.
const byteOrderMark = "\ufeff"

// decode decodes the known members of an object. It fails if there are none, because that must not
// be taken for an answer without values.
func decode[T any](body io.Reader, into *T) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	text = withoutHyphens(bytes.TrimPrefix(text, []byte(byteOrderMark)))
	if !json.Valid(text) {
		return malformed("not JSON")
	}
	salvage(text, reflect.ValueOf(into).Elem())
	if reflect.ValueOf(*into).IsZero() {
		return malformed("it has none of the members that are read")
	}
	return nil
}

// withoutHyphens removes the hyphens from the names of members, in place: device-model becomes
// devicemodel, which encoding/json matches with deviceModel. Everything else is unchanged, and
// invalid JSON stays invalid.
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

// stringEnd returns the end of a string, after its closing quote.
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

// isName reports whether a string is the name of a member, by the text after it.
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

// decodePage decodes a page. The name of the member that holds the list depends on the version.
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
			err = malformed("it has two lists")
		case r.isList(name):
			if !salvageNamed(name, value, reflect.ValueOf(&into.Items).Elem()) {
				err = malformed("a list is not an array")
			}
			into.Listed, into.Sum = true, sumOf(value)
			if total, paged := pageWithin(value, maxWrapped); value[0] == '{' && paged {
				into.TotalSize, into.Paged = total, true
			}
		}
		if err != nil {
			return err
		}
	}
	if !into.Paged && !into.Listed {
		return malformed("it has neither a list nor its size")
	}
	return nil
}

// decodeUnnamed decodes a page that holds a single list, with any name.
func decodeUnnamed[T any](body io.Reader, into *listPage[T]) error {
	var text json.RawMessage
	if err := decode(body, &text); err != nil {
		return err
	}
	if !salvage(text, reflect.ValueOf(&into.Items).Elem()) {
		return malformed("it has no list")
	}
	into.TotalSize, into.Paged = pageWithin(text, maxWrapped)
	into.Listed, into.Sum = true, sumOf(entriesIn("", text, reflect.TypeFor[T](), maxWrapped)...)
	return nil
}
