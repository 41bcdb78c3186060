// Package yamlfile decodes the YAML files that people write for this service, strictly: an unknown
// key is an error that names its line, and nothing in the file is ignored. Only this package
// depends on the wording of the YAML library's errors.
package yamlfile

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// MaxSize is the largest size of a file, in bytes. The largest real one is a profile of some 40 KB.
const MaxSize = 1 << 20

// File is a parsed file that still knows the line of each of its nodes.
type File struct {
	name string
	tree *ast.File
}

// Decode decodes text, which must be UTF-8 without a byte order mark, into the struct that into
// points to. Every error begins with name and line: `config.yaml:7: unknown key "prodct"`.
func Decode(name string, text []byte, into any) (file *File, err error) {
	// Odd input has made the library panic before; a file that people write must not end the
	// service.
	defer func() {
		if crash := recover(); crash != nil {
			file, err = nil, fmt.Errorf("%s: the file cannot be read as YAML", name)
		}
	}()
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: the file is larger than %d bytes", name, MaxSize)
	}
	if err := checkCharacters(name, text); err != nil {
		return nil, err
	}
	document, err := onlyDocument(name, lexer.Tokenize(string(text)))
	if err != nil {
		return nil, err
	}
	tree, err := parser.Parse(document, 0)
	if err != nil {
		return nil, atLine(name, err, nil)
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s:1: the file is empty", name)
	}
	body := tree.Docs[0].Body
	if err := cmp.Or(checkAliases(name, body), checkKeys(name, body)); err != nil {
		return nil, err
	}
	// the reader is empty, because the tree is already parsed
	decoder := yaml.NewDecoder(strings.NewReader(""), yaml.Strict())
	if err := decoder.DecodeFromNode(body, into); err != nil {
		return nil, atLine(name, err, body)
	}
	if err := checkValues(name, document, body); err != nil {
		return nil, err
	}
	return &File{name: name, tree: tree}, nil
}

// Errorf formats a problem found at a path such as $.categories[2].fields[0], with its line. If the
// path is not in the file, it gives the line of the nearest parent.
func (f *File) Errorf(path, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", f.name, f.line(path), fmt.Errorf(format, args...))
}

// Has reports whether there is a value other than null at a path.
func (f *File) Has(path string) bool {
	p, err := yaml.PathString(path)
	if err != nil {
		return false
	}
	node, err := p.FilterFile(f.tree)
	return err == nil && node.Type() != ast.NullType
}

func (f *File) line(path string) int {
	for ; path != ""; path = parent(path) {
		p, err := yaml.PathString(path)
		if err != nil {
			continue
		}
		if node, err := p.FilterFile(f.tree); err == nil {
			return node.GetToken().Position.Line
		}
	}
	return 1
}

// parent removes the last step of a path: $.a[1].b → $.a[1] → $.a → $ → "".
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}
