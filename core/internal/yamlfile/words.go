package yamlfile

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// atLine formats an error of the library with its line.
func atLine(name string, err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return fmt.Errorf("%s: %s", name, visible(err.Error()))
	}
	return fmt.Errorf("%s:%d: %s", name, located.GetToken().Position.Line, visible(message(located)))
}

// message returns the library's message without the names of Go types and of YAML's parts.
func message(err yaml.Error) string {
	var wrong *yaml.TypeError
	var other *yaml.UnexpectedNodeTypeError
	var large *yaml.OverflowError
	switch {
	case errors.As(err, &wrong):
		return fmt.Sprintf("%s is wanted here, not %s", typeWord(wrong.DstType), typeWord(wrong.SrcType))
	case errors.As(err, &other):
		return fmt.Sprintf("%s is wanted here, not %s", nodeWord(other.Expected), nodeWord(other.Actual))
	case errors.As(err, &large):
		return "this number is too large here"
	}
	return err.GetMessage()
}

func typeWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "a block of keys"
	case reflect.Float32, reflect.Float64:
		return "a number with a fraction"
	default:
		return "a whole number"
	}
}

func nodeWord(t ast.NodeType) string {
	switch t {
	case ast.MappingType, ast.MappingValueType:
		return "a block of keys"
	case ast.SequenceType:
		return "a list"
	case ast.BoolType:
		return "true or false"
	case ast.IntegerType:
		return "a number"
	case ast.NullType:
		return "nothing"
	default:
		return "text"
	}
}

// visible replaces invisible characters, such as a no-break space before a key, by their code
// points.
func visible(text string) string {
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
