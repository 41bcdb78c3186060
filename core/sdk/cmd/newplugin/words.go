package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// maxText is the length of the longest text of a plugin that may stay in a recording.
const maxText = 128

// vocabulary is the part of an answer that a plugin has itself. No customer's name is in it.
type vocabulary struct {
	// texts are in lower case: the closed lists of the profile, and the texts in the Go files, except
	// tests: names of members, paths, words of the product.
	texts map[string]bool
	// versions are the terms of the profile's versions.
	versions []kind.Terms
}

// vocabularyOf reads a plugin's folder. A plugin in another language than Go lists its texts in a
// file, one in each line.
func vocabularyOf(dir string, listed []byte) (vocabulary, error) {
	approved, err := profile.Load(dir)
	if err != nil {
		return vocabulary{}, err
	}
	v := vocabulary{texts: map[string]bool{"true": true, "false": true, "yes": true, "null": true}}
	for _, word := range approved.Words() {
		v.texts[strings.ToLower(word)] = true
	}
	for _, c := range approved.Categories {
		v.addFields(c.Fields)
	}
	return v, v.addFiles(dir, listed)
}

func (v vocabulary) addFiles(dir string, listed []byte) error {
	for line := range strings.Lines(string(listed)) {
		v.addText(strings.TrimSpace(line))
	}
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read the plugin: %w", err)
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != dir):
			return fs.SkipDir
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && entry.Type().IsRegular():
			return v.addFile(name)
		}
		return nil
	})
}

func (v vocabulary) addFile(name string) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		return fmt.Errorf("read the plugin: %w", err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		v.addNode(n)
		return true
	})
	return nil
}

func (v *vocabulary) addFields(fields []profile.Field) {
	for _, f := range fields {
		for _, value := range slices.Concat(f.Values, f.By) {
			v.texts[strings.ToLower(value)] = true
		}
		if f.Kind == kind.Version {
			v.versions = append(v.versions, f.Terms())
		}
		v.addFields(f.Fields)
	}
}

// isVersion reports whether the profile lets a version leave the appliance.
func (v vocabulary) isVersion(text string) bool {
	return slices.ContainsFunc(v.versions, func(terms kind.Terms) bool { return kind.IsVersion(text, terms) })
}

func (v vocabulary) addNode(n ast.Node) {
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
		v.addText(name)
	}
	v.addText(text)
}

// addText adds a text, and the parts of a path and its query.
func (v vocabulary) addText(text string) {
	if text == "" || len(text) > maxText {
		return
	}
	v.texts[strings.ToLower(text)] = true
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("/?&=>", r) }) {
		v.texts[strings.ToLower(part)] = true
	}
}
