package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// checkCharacters refuses characters that a YAML file must not contain. The library takes a NUL for
// a space, and drops others.
func checkCharacters(name string, text []byte) error {
	at := bytes.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r)
	})
	if at < 0 {
		return nil
	}
	r, _ := utf8.DecodeRune(text[at:])
	return fmt.Errorf("%s:%d: control character %U is not allowed", name, 1+bytes.Count(text[:at], []byte("\n")), r)
}

// checkValues refuses values that the library would change silently: 8443.5 becomes 8443 for a
// whole number, 1.10 becomes 1.1 and 010 becomes 8 for a text, and bytes that are not UTF-8 become
// U+FFFD.
func checkValues(name string, document token.Tokens, body ast.Node) error {
	for _, t := range document {
		if err := checkValue(t); err != nil {
			return fmt.Errorf("%s:%d: %s%w", name, t.Position.Line, keyOf(t, body), err)
		}
	}
	return nil
}

// keyOf returns the full key of the value at a token, with a colon, or "" if the token is a key.
func keyOf(t *token.Token, body ast.Node) string {
	found := nodeFinder{offset: t.Position.Offset, innermost: true}
	ast.Walk(&found, body)
	key := keyOfPath(found.path)
	if key == "" {
		return ""
	}
	return Visible(key) + ": "
}

func checkValue(t *token.Token) error {
	switch t.Type {
	case token.IntegerType, token.FloatType, token.OctetIntegerType, token.HexIntegerType, token.BinaryIntegerType,
		token.InfinityType, token.NanType:
		if !decimal.MatchString(t.Value) {
			return errors.New("a number must be whole and without leading zeros; put a text in quotes")
		}
	case token.TagType: // the library changes the value as the tag says
		return errors.New("put a text that begins with '!' in quotes")
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType:
		if strings.ContainsRune(t.Value, utf8.RuneError) {
			return errors.New("a character is not UTF-8: save the file as UTF-8")
		}
	}
	return nil
}

// checkKeys refuses a key that is not a text, such as 1 or true. The library would silently ignore
// the whole block of keys in which it is.
func checkKeys(name string, body ast.Node) error {
	for _, n := range ast.Filter(ast.MappingValueType, body) {
		key := n.(*ast.MappingValueNode).Key
		switch key.Type() {
		case ast.StringType, ast.MergeKeyType:
		default:
			return fmt.Errorf("%s:%d: the key %s must be text: put it in quotes", name,
				key.GetToken().Position.Line, Visible(key.GetToken().Value))
		}
	}
	return nil
}

var decimal = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)

// maxNodes bounds the nodes of a file after its aliases are expanded.
const maxNodes = 100_000

// checkAliases refuses a file whose aliases make it grow without bound.
func checkAliases(name string, body ast.Node) error {
	e := expansion{anchors: map[string]int{}}
	ast.Walk(&e, body)
	if e.excess == nil {
		return nil
	}
	return fmt.Errorf("%s:%d: aliases repeat too much of the file, or refer to themselves", name,
		e.excess.GetToken().Position.Line)
}

// expansion counts the nodes of a file in which every alias is replaced by the node of its anchor.
type expansion struct {
	nodes   int
	anchors map[string]int // nodes of each anchor; counting while its nodes are counted
	excess  ast.Node       // an alias
}

const counting = -1

// Visit counts a node.
func (e *expansion) Visit(n ast.Node) ast.Visitor {
	e.nodes++
	switch n := n.(type) {
	case *ast.AnchorNode:
		name, before := n.Name.GetToken().Value, e.nodes
		e.anchors[name] = counting
		ast.Walk(e, n.Value)
		e.anchors[name] = e.nodes - before
		return nil
	case *ast.AliasNode:
		more := e.anchors[n.Value.GetToken().Value]
		if e.nodes += max(more, 0); more == counting || e.nodes > maxNodes {
			e.excess = n
		}
	}
	if e.excess != nil {
		return nil
	}
	return e
}
