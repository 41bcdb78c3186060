package httpapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
)

// byteOrderMark is written before the text by some servers. The decoders do not accept it.
const byteOrderMark = "\ufeff"

func decodeJSON[T any](text []byte, into *T) error {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if depth(text) > maxDepth {
		return errTooDeep
	}
	if !json.Valid(text) {
		return malformed("not JSON")
	}
	if json.Unmarshal(text, into) != nil { // the error quotes the answer
		return malformed("a member has another type")
	}
	value := reflect.ValueOf(into).Elem()
	if value.IsZero() && !names(value.Type(), text) {
		return malformed("it has none of the members that are read")
	}
	dropSentinels(value)
	return nil
}

var errTooDeep = malformed("too many objects within each other")

// depth returns the largest number of objects and arrays within each other.
func depth(text []byte) (most int) {
	now, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}

// names reports whether an object has a member that the struct names, with a value. An answer that
// is a list or a map needs no names.
func names(shape reflect.Type, text []byte) bool {
	if shape.Kind() != reflect.Struct {
		return string(bytes.TrimSpace(text)) != "null"
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return false
	}
	for _, field := range reflect.VisibleFields(shape) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		for member, value := range members {
			if strings.EqualFold(member, name) && string(value) != "null" {
				return true
			}
		}
	}
	return false
}

func decodeXML[T any](text []byte, into *T) error {
	shape := reflect.TypeFor[T]()
	if shape.Kind() != reflect.Struct {
		return errNoName
	}
	if name, ok := shape.FieldByName("XMLName"); !ok || name.Tag.Get("xml") == "" {
		return errNoName
	}
	decoder := xml.NewTokenDecoder(&bounded{raw: xml.NewDecoder(bytes.NewReader(text))})
	if err := decoder.Decode(into); errors.Is(err, errTooDeep) {
		return err
	} else if err != nil { // the error quotes the answer
		return malformed("not the XML that is read")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return malformed("more than one document")
	}
	dropSentinels(reflect.ValueOf(into).Elem())
	return nil
}

// errNoName is a mistake of the author, which the first test shows.
var errNoName = errors.New("the struct for XML has no XMLName with the name of the outer element")

// bounded is a decoder that stops at elements that are too deep within each other, and that knows
// no DTD.
type bounded struct {
	raw   *xml.Decoder
	depth int
}

// Token returns the next token for an [xml.NewTokenDecoder].
func (b *bounded) Token() (xml.Token, error) {
	token, err := b.raw.RawToken()
	switch token := token.(type) {
	case xml.StartElement:
		b.depth++
	case xml.EndElement:
		b.depth--
	case xml.Directive:
		return nil, malformed("it has a DTD")
	case xml.CharData, xml.Comment, xml.ProcInst:
		if b.depth == 0 { // between documents
			if data, is := token.(xml.CharData); !is || len(bytes.TrimSpace(data)) == 0 {
				return b.next(err)
			}
		}
	}
	if b.depth > maxDepth {
		return nil, errTooDeep
	}
	return token, err
}

func (b *bounded) next(err error) (xml.Token, error) {
	if err != nil {
		return nil, err
	}
	return b.Token()
}
