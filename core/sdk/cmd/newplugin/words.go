package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// maxText is the length of the longest text of a plugin that may stay in a recording.
const maxText = 128

// pluginTexts returns the texts that a plugin has itself, in lower case: the closed lists of its
// profile, and the texts in its Go files, except tests: names of members, paths, words of the
// product. No customer's name is among them. A plugin in another language lists its texts in a
// file, one in each line.
func pluginTexts(dir string, listed []byte) (map[string]bool, error) {
	approved, err := profile.Load(dir)
	if err != nil {
		return nil, err
	}
	texts := map[string]bool{}
	for _, word := range approved.Words() {
		texts[strings.ToLower(word)] = true
	}
	for _, c := range approved.Categories {
		addLists(texts, c.Fields)
	}
	for line := range strings.Lines(string(listed)) {
		addText(texts, strings.TrimSpace(line))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, fmt.Errorf("read the plugin: %w", err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			addOf(texts, n)
			return true
		})
	}
	return texts, nil
}

func addLists(texts map[string]bool, fields []profile.Field) {
	for _, f := range fields {
		for _, list := range [][]string{f.Values, f.By} {
			for _, value := range list {
				texts[strings.ToLower(value)] = true
			}
		}
		addLists(texts, f.Fields)
	}
}

func addOf(texts map[string]bool, n ast.Node) {
	literal, is := n.(*ast.BasicLit)
	if !is || literal.Kind != token.STRING {
		return
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return
	}
	for _, key := range []string{"json", "xml"} {
		name, _, _ := strings.Cut(reflect.StructTag(text).Get(key), ",")
		addText(texts, name)
	}
	addText(texts, text)
}

// addText adds a text, and the parts of a path and its query.
func addText(texts map[string]bool, text string) {
	if text == "" || len(text) > maxText {
		return
	}
	texts[strings.ToLower(text)] = true
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("/?&=>", r) }) {
		texts[strings.ToLower(part)] = true
	}
}
