package yamlfile

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// atLine formats an error of the library with its line. body is the parsed file, or nil if the file
// could not be parsed.
func atLine(name string, err error, body ast.Node) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return badDuration(name, err, body)
	}
	key := keyAt(body, located)
	return fmt.Errorf("%s:%d: %s", name, located.GetToken().Position.Line, Visible(message(located, key)))
}

// message returns the library's error in the words of this service, about the key given in full.
func message(err yaml.Error, key string) string {
	var wrong *yaml.TypeError
	var other *yaml.UnexpectedNodeTypeError
	var large *yaml.OverflowError
	var unknown *yaml.UnknownFieldError
	switch {
	case errors.As(err, &wrong):
		return fmt.Sprintf("%s must be %s, not %s", key, typeWord(wrong.DstType), typeWord(wrong.SrcType))
	case errors.As(err, &other):
		return fmt.Sprintf("%s must be %s, not %s", key, nodeWord(other.Expected), nodeWord(other.Actual))
	case errors.As(err, &large):
		return key + " is too large a number"
	case errors.As(err, &unknown):
		return fmt.Sprintf("unknown key %q", key)
	}
	for _, known := range syntaxErrors {
		pattern := regexp.MustCompile(known.pattern)
		if match := pattern.FindStringSubmatchIndex(err.GetMessage()); match != nil {
			return string(pattern.ExpandString(nil, known.sentence, err.GetMessage(), match))
		}
	}
	return notYAML
}

// notYAML is the message for mistakes that are not in syntaxErrors.
const notYAML = "this is not valid YAML: check the indentation, the colons and the quotes"

// syntaxErrors translates the library's messages. The first match counts. The patterns are compiled
// when there is a mistake, not in each start.
var syntaxErrors = []struct {
	pattern, sentence string
}{
	{`^mapping key ("(?s:.*)") already defined at \[(\d+):\d+\]$`,
		`the key $1 is already in line $2`},
	{`^duplicate key ("(?s:.*)")$`, `the key $1 is given twice`},
	{`^could not find alias "((?s:.*))"$`,
		`no anchor &$1 for *$1: put a text that begins with * in quotes`},
	{`\t|\btab\b`, "a tab cannot indent a line: use spaces"},
	{`end character of (double|single)-quoted`, "a closing quotation mark is missing"},
	{`^(sequence end token|',' or '\]')`, "a closing ] is missing"},
	{`^(could not find flow map|',' or '\}')`, "a closing } is missing"},
	{`corresponding to '(.)'$`, "a $1 has no opening bracket"},
	{`^(non-map value is specified|unexpected key name|map key definition|expected map key-value)`,
		"a line must be KEY: VALUE, with a space after the colon"},
	{`^mapping value is not allowed`,
		`unexpected ": ": check the indentation, or put a text that contains it in quotes`},
	{`^('.'|".") is a reserved character$`, "put a text that begins with $1 in quotes"},
	{`^found unknown escape character`,
		`after \ only an escape is allowed in double quotes: use single quotes`},
}

const aDuration = "a time such as 90s, 5m or 2h"

// invalidDuration matches the error of [time.ParseDuration], which the library returns without a
// place.
const invalidDuration = `^time: .*duration "(.*)"$`

// badDuration returns the error about the first value with the text that is not a duration, or
// [notYAML] if err is another error.
func badDuration(name string, err error, body ast.Node) error {
	match := regexp.MustCompile(invalidDuration).FindStringSubmatch(err.Error())
	if match == nil || body == nil {
		return fmt.Errorf("%s: %s", name, notYAML)
	}
	for _, n := range ast.Filter(ast.StringType, body) {
		key := keyOfPath(n.GetPath())
		if n.GetToken().Value == match[1] && key != "" {
			return fmt.Errorf("%s:%d: %s must be %s", name, n.GetToken().Position.Line, Visible(key), aDuration)
		}
	}
	return fmt.Errorf("%s: %q is not %s", name, match[1], aDuration)
}

// keyAt returns the full key of the node to which an error of the decoder belongs, such as
// collection_point.port, or "the file" if it is the whole file.
func keyAt(body ast.Node, err yaml.Error) string {
	var unknown *yaml.UnknownFieldError
	found := nodeFinder{offset: err.GetToken().Position.Offset, innermost: errors.As(err, &unknown)}
	if body != nil {
		ast.Walk(&found, body)
	}
	if key := keyOfPath(found.path); key != "" {
		return key
	}
	return "the file"
}

// keyOfPath returns the full key of a node's path: collection_point.port of $.collection_point.port,
// and "" of $, the whole file. The library quotes some keys.
func keyOfPath(path string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(path, "$"), "."), "'", "")
}

// nodeFinder finds the path of a node that begins at a token: the outermost such node, or the
// innermost. A block of keys begins at the token of its first key.
type nodeFinder struct {
	offset    int
	innermost bool
	path      string
}

// Visit looks at one node.
func (f *nodeFinder) Visit(n ast.Node) ast.Visitor {
	if t := n.GetToken(); t != nil && t.Position.Offset == f.offset {
		if f.path == "" || f.innermost == (len(n.GetPath()) > len(f.path)) {
			f.path = n.GetPath()
		}
	}
	return f
}

func typeWord(t reflect.Type) string {
	if t == reflect.TypeFor[time.Duration]() {
		return aDuration
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "keys with values"
	case reflect.Float32, reflect.Float64:
		return "a number with a fraction"
	default:
		return "a whole number"
	}
}

func nodeWord(t ast.NodeType) string {
	switch t {
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.BoolType:
		return "true or false"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.NullType:
		return "empty"
	default:
		return "text"
	}
}

// Visible replaces invisible characters, such as a no-break space before a key, by their code
// points.
func Visible(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
		} else {
			out.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return out.String()
}
