package planting

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\ufeff")

// Text returns a text with planted names in its values: JSON, XML, CSV, YAML, or lines of keys and
// values. Its structure and its keys stay as they are. Other texts, and binary files, are returned
// unchanged.
func (n *Names) Text(at Place, text []byte) []byte {
	if rest, marked := bytes.CutPrefix(text, byteOrderMark); marked { // otherwise it is a part of the first name
		return slices.Concat(byteOrderMark, n.Text(at, rest))
	}
	trimmed := bytes.TrimSpace(text)
	switch {
	case len(trimmed) == 0, !utf8.Valid(text), bytes.IndexByte(text, 0) >= 0:
		return text
	case (trimmed[0] == '{' || trimmed[0] == '[') && isJSON(trimmed):
		return n.json(at, text)
	case trimmed[0] == '<':
		return n.xml(at, text)
	}
	lines := slices.Collect(strings.Lines(string(text)))
	if separator := separatorOf(lines); separator != 0 {
		return []byte(n.csv(at, lines, separator))
	}
	return []byte(n.lines(at, lines))
}

// isJSON reports whether a text is one JSON value, or several.
func isJSON(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		if err := d.Decode(new(json.RawMessage)); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// inJSON matches a string, or a sign of the structure.
var inJSON = regexp.MustCompile(`"(?:[^"\\]|\\.)*"(\s*:)?|[\[\]{}]`)

// json replaces strings that are values, and leaves all other bytes unchanged.
func (n *Names) json(at Place, text []byte) []byte {
	above := []Place{}
	return inJSON.ReplaceAllFunc(text, func(token []byte) []byte {
		switch last := token[len(token)-1]; last {
		case '{', '[':
			above = append(above, at)
			if last == '{' {
				at = at.at("")
			}
		case '}', ']':
			at, above = above[len(above)-1], above[:len(above)-1]
		case ':':
			at.Key = unquoted(token[:bytes.LastIndexByte(token, '"')+1])
		default:
			was := unquoted(token)
			if is := n.Replace(at, was); is != was {
				token, _ = json.Marshal(is) // a string always encodes
			}
		}
		return token
	})
}

func unquoted(token []byte) (text string) {
	_ = json.Unmarshal(token, &text) // a string of a valid text
	return text
}

// inTag matches an attribute.
var inTag = regexp.MustCompile(`([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')`)

// xml replaces texts and attributes. If the text is not well formed, it is returned unchanged.
func (n *Names) xml(at Place, text []byte) []byte {
	d := xml.NewDecoder(bytes.NewReader(text))
	var all bytes.Buffer
	above := []Place{}
	for {
		start := d.InputOffset()
		token, err := d.RawToken()
		if err != nil {
			if start == int64(len(text)) {
				return all.Bytes()
			}
			return text
		}
		raw := text[start:d.InputOffset()]
		switch token := token.(type) {
		case xml.StartElement:
			above = append(above, at)
			at = at.at(keyOf(token))
			raw = n.tag(at, raw)
		case xml.EndElement:
			if len(above) == 0 {
				return text
			}
			at, above = above[len(above)-1], above[:len(above)-1]
		case xml.CharData:
			raw = n.chars(at, string(token), raw)
		}
		all.Write(raw)
	}
}

// keyOf returns the name of an element. If an attribute names it, as in <param name="host">, that is
// its name.
func keyOf(element xml.StartElement) string {
	for _, attribute := range element.Attr {
		if slices.Contains([]string{"name", "key"}, attribute.Name.Local) && isKey(attribute.Value) {
			return attribute.Value
		}
	}
	return element.Name.Local
}

func (n *Names) chars(at Place, text string, raw []byte) []byte {
	is := n.Replace(at, text)
	if is == text {
		return raw
	}
	return escaped(is)
}

func escaped(text string) []byte {
	var all bytes.Buffer
	_ = xml.EscapeText(&all, []byte(text)) // a buffer does not fail
	return all.Bytes()
}

func (n *Names) tag(at Place, raw []byte) []byte {
	return inTag.ReplaceAllFunc(raw, func(attribute []byte) []byte {
		parts := inTag.FindSubmatch(attribute)
		name := string(parts[1])
		var was struct {
			Is string `xml:"is,attr"`
		}
		if strings.HasPrefix(name, "xml") || strings.HasPrefix(name, "xsi:") ||
			xml.Unmarshal(fmt.Appendf(nil, "<a is=%s/>", parts[3]), &was) != nil {
			return attribute
		}
		is := n.Replace(at.at(name), was.Is)
		if is == was.Is {
			return attribute
		}
		return slices.Concat(parts[1], parts[2], []byte{'"'}, escaped(is), []byte{'"'})
	})
}
