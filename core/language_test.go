package core_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// worn lists the words that CONTRIBUTING.md asks to avoid, with the number of uses that 1,000 words
// may have.
var worn = []struct {
	words []string
	below float64
}{
	{[]string{"what"}, 3}, {[]string{"who"}, 1.5}, {[]string{"tell", "tells", "told"}, 0.5},
	{[]string{"nobody"}, 0.2}, {[]string{"beside"}, 0.2}, {[]string{"stand", "stands"}, 0.2},
}

// passage is a text for people, and where it is.
type passage struct{ at, text string }

// prose holds the texts for people in the tree, by their sort.
type prose map[string][]passage

var (
	code  = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	shown = regexp.MustCompile(`\b(?:doc|why|clear|reason): *("[^"]*"|[^,}\n]*)`)
	built = []string{".git", "node_modules", "testdata", "build", "bin", "dist", "pluginpb"}
)

// Comments, messages, guides and profile texts stay in plain English, as far as a list of words can
// measure it, and a doc comment begins with the name that it documents.
func TestLanguage(t *testing.T) {
	texts := prose{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(built, name):
			return filepath.SkipDir
		case strings.HasSuffix(name, ".pb.go") || name == "dictionary.md":
		case filepath.Ext(name) == ".go":
			texts.addGo(t, path)
		case filepath.Ext(name) == ".md":
			texts.add("Markdown", path, code.ReplaceAllString(read(t, path), " "))
		case name == "profile.yaml":
			for _, m := range shown.FindAllStringSubmatch(read(t, path), -1) {
				texts.add("profiles", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range texts.overused() {
		t.Error(wrong)
	}
}

func (p prose) add(sort, at, text string) { p[sort] = append(p[sort], passage{at, text}) }

// addGo adds the comments of a file, and its messages: texts of at least three words, except in
// tests. It complains about a doc comment that does not begin with its name.
func (p prose) addGo(t *testing.T, path string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	test := strings.HasSuffix(path, "_test.go")
	for _, group := range file.Comments {
		p.add("comments", set.Position(group.Pos()).String(), group.Text())
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && !test {
			text, err := strconv.Unquote(l.Value)
			if err == nil && l.Value[0] == '"' && len(strings.Fields(text)) > 2 {
				p.add("messages", set.Position(l.Pos()).String(), text)
			}
		}
		if name, doc := documented(n); !test && doc != nil && !beginsWith(doc.Text(), name) {
			t.Errorf("%s: the doc comment does not begin with %s", set.Position(n.Pos()), name)
		}
		return true
	})
}

// documented returns the name and doc comment of an exported function or type.
func documented(n ast.Node) (name string, doc *ast.CommentGroup) {
	switch is := n.(type) {
	case *ast.FuncDecl:
		name, doc = is.Name.Name, is.Doc
	case *ast.GenDecl:
		if spec, ok := is.Specs[0].(*ast.TypeSpec); ok {
			name, doc = spec.Name.Name, is.Doc
		}
	}
	if !ast.IsExported(name) {
		return "", nil
	}
	return name, doc
}

func beginsWith(doc, name string) bool {
	for _, article := range []string{"", "A ", "An ", "The "} {
		if rest, ok := strings.CutPrefix(doc, article); ok && strings.HasPrefix(rest, name) {
			return true
		}
	}
	return strings.HasPrefix(doc, "Deprecated")
}

// overused returns a line for each sort of text and word that is used too often, with its first
// places.
func (p prose) overused() (lines []string) {
	for sort, passages := range p {
		words, places := 0, map[string][]string{} // by word
		for _, s := range passages {
			for _, word := range strings.FieldsFunc(s.text, notInAWord) {
				words++
				word = strings.ToLower(word)
				places[word] = append(places[word], s.at)
			}
		}
		for _, w := range worn {
			var all []string
			for _, word := range w.words {
				all = append(all, places[word]...)
			}
			if rate := 1000 * float64(len(all)) / float64(max(words, 1)); rate >= w.below {
				lines = append(lines, fmt.Sprintf("%s: %s: %.2f in 1,000 words, want below %.1f: %s",
					sort, strings.Join(w.words, ", "), rate, w.below, strings.Join(all[:min(12, len(all))], ", ")))
			}
		}
	}
	slices.SortFunc(lines, cmp.Compare[string])
	return lines
}

func notInAWord(r rune) bool { return r != '\'' && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') }

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The check finds a worn word and a doc comment without its name.
func TestLanguageIsChecked(t *testing.T) {
	texts := prose{}
	texts.add("comments", "a.go:1", strings.Repeat("The host writes the file. ", 100)+"It tells nobody.")
	texts.add("messages", "b.go:1", strings.Repeat("the file is empty ", 100))
	got := texts.overused()
	if len(got) != 2 || !strings.Contains(got[0], "nobody") || !strings.Contains(got[1], "told") {
		t.Errorf("got %q, want nobody and tells of the comments", got)
	}
	for doc, want := range map[string]bool{"Open opens.": true, "The Open": true, "A Gate is": false, "Opens": true} {
		if got := beginsWith(doc, "Open"); got != want {
			t.Errorf("%q: got %v, want %v", doc, got, want)
		}
	}
}
