// Package yamlfile reads the YAML files that people write for this service, strictly: an unknown key is an
// error that names its line. It is the one place that knows how the YAML library words its errors.
package yamlfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxSize bounds what is read: the largest file of this kind is a profile of some 40 KB.
const maxSize = 1 << 20

// File is a parsed file that still knows on which line each of its nodes stands.
type File struct {
	name string
	tree *ast.File
}

// Read reads the file at path. See Decode.
func Read(path string, into any) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return Decode(path, text, into)
}

// Decode decodes text into the struct that into points to. name stands before the line in every error:
// `config.yaml:7: unknown field "prodct"`.
func Decode(name string, text []byte, into any) (file *File, err error) {
	// The library has been made to panic by odd input before; a file that people write must not end the service.
	defer func() {
		if crash := recover(); crash != nil {
			file, err = nil, fmt.Errorf("%s: can't be read as YAML", name)
		}
	}()
	if len(text) > maxSize {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxSize)
	}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, atLine(name, err)
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s:1: the file is empty", name)
	}
	decoder := yaml.NewDecoder(strings.NewReader(""), yaml.Strict()) // reads nothing: the tree is parsed already
	if err := decoder.DecodeFromNode(tree.Docs[0].Body, into); err != nil {
		return nil, atLine(name, err)
	}
	return &File{name: name, tree: tree}, nil
}

// Errorf words a problem found at a path such as $.categories[2].fields[0], with the line that it stands on.
// Where the path is not in the file, its nearest parent's line is named.
func (f *File) Errorf(path, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", f.name, f.line(path), fmt.Errorf(format, args...))
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

// parent cuts the last step off a path: $.a[1].b → $.a[1] → $.a → $ → "".
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}

func atLine(name string, err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%d: %s", name, located.GetToken().Position.Line, message(located))
}

// message keeps the names of our Go types out of what a person reads.
func message(err yaml.Error) string {
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("%s is wanted here, not %s", wrong.DstType, wrong.SrcType)
	}
	return err.GetMessage()
}
