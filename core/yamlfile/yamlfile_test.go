package yamlfile

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

type shelf struct {
	Name  string `yaml:"name"`
	Books []struct {
		Title string `yaml:"title"`
		Pages int    `yaml:"pages"`
	} `yaml:"books"`
	Open    bool                      `yaml:"open"`
	Shelves int                       `yaml:"shelves"`
	Narrow  uint8                     `yaml:"narrow"`
	Wait    time.Duration             `yaml:"wait"`
	More    map[string]map[string]any `yaml:"more"`
}

// [Decode] reports each mistake in one line with the file, the line and the word. S5: nothing in a
// file is ignored silently.
func TestMistakesAreNamedWithKeyAndLine(t *testing.T) {
	const numbers = "a number must be whole and without leading zeros; put a text in quotes"
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "name: a\nnmae: b\n", `2: unknown key "nmae"`},
		{"unknown key below", "name: a\nbooks:\n- title: x\n  page: 3\n", `4: unknown key "books[0].page"`},
		{"key in another case", "name: a\nName: b\n", `2: unknown key "Name"`},
		{"key after an invisible space", "name: a\n\u00a0open: true\n", `2: unknown key "\u00a0open"`},
		{"text for a number", "name: a\nbooks:\n- title: x\n  pages: many\n",
			"4: books[0].pages must be a whole number, not text"},
		{"text for a flag", "open: yes\n", "1: open must be true or false, not text"},
		{"list for a text", "name: [a]\n", "1: name must be text, not a list"},
		{"keys for a text", "name: {a: b}\n", "1: name must be text, not keys with values"},
		{"text for a list", "books: a\n", "1: books must be a list, not text"},
		{"list for keys", "- a\n", "1: the file must be keys with values, not a list"},
		{"not YAML", "name: [a\n", "1: a closing ] is missing"},
		{"no colon", "name: a\nopen\n", "2: a line must be KEY: VALUE, with a space after the colon"},
		{"no space after a colon", "name:a\nopen: true\n",
			"1: a line must be KEY: VALUE, with a space after the colon"},
		{"two colons", "name: a: b\n", `1: unexpected ": ": check the indentation, or put a text that contains it in quotes`},
		{"reserved character", "name: @a\n", "1: put a text that begins with '@' in quotes"},
		{"percent sign", "name: %a\n", "1: % cannot begin a line or a value: put a text in quotes"},
		{"open quotation mark", "name: \"a\n", "1: a closing quotation mark is missing"},
		{"open brace", "more: {a: {b: c}\n", "1: a closing } is missing"},
		{"bracket too many", "name: [a]]\n", "1: " + notYAML},
		{"keys for a list", "books:\n  title: x\n", "2: books must be a list, not keys with values"},
		{"list for a flag", "open:\n- true\n", "2: open must be true or false, not a list"},
		{"given twice", "name: a\nname: b\n", `2: the key "name" is already in line 1`},
		{"empty", "\n", "1: the file is empty"},
		{"only a comment", "# nothing\n", "1: the file is empty"},
		{"only marks", "---\n...\n", "1: the file is empty"},

		{"second document", "name: a\n---\n# c\nopen: true\n", "4: " + ErrSecond.Error()},
		{"second document on the mark's line", "name: a\n--- {open: true}\n", "2: " + ErrSecond.Error()},
		{"third document", "---\nname: a\n---\n---\nopen: true\n", "5: " + ErrSecond.Error()},
		{"behind the end", "name: a\n...\nopen: true\n", "3: " + ErrSecond.Error()},
		{"text behind the end", "name: a\n...\nto be done\n", "3: " + ErrSecond.Error()},
		{"directive behind the end", "name: a\n...\n%YAML 1.2\n---\nopen: true\n", "3: " + ErrSecond.Error()},
		{"directive", "%YAML 1.1\n---\nname: a\n", "1: % cannot begin a line or a value: put a text in quotes"},

		{"fraction", "shelves: 2.5\n", "1: shelves: " + numbers},
		{"octal", "name: x\nshelves: 017\n", "2: shelves: " + numbers},
		{"text as an octal number", "name: 010\n", "1: name: " + numbers},
		{"text as a fraction", "name: 1.10\n", "1: name: " + numbers},
		{"text as a hexadecimal number", "more: {a: {b: 0x1F}}\n", "1: more.a.b: " + numbers},
		{"text with a sign", "name: +4956198765432\n", "1: name: " + numbers},
		{"underscore", "shelves: 1_000\n", "1: shelves: " + numbers},
		{"no number", "name: .nan\n", "1: name: " + numbers},
		{"too large", "shelves: 99999999999999999999\n", "1: shelves is too large a number"},
		{"too large for its place", "narrow: 300\n", "1: narrow is too large a number"},
		{"Latin-1", "# x\nname: K\xf6ln\n", "2: name: a character is not UTF-8: save the file as UTF-8"},
		{"NUL", "name: a\nopen: \x00true\n", "2: control character U+0000 is not allowed"},
		{"form feed", "name: a\fb\n", "1: control character U+000C is not allowed"},
		{"tab before a key", "name: a\nmore:\n\ta: {}\n", "3: a tab cannot indent a line: use spaces"},

		{"number for a list", "books: 1.5\n", "1: books must be a list, not a number"},
		{"number for a time", "wait: 5\n", "1: wait must be a time such as 90s, 5m or 2h, not a whole number"},
		{"text for a time", "more: {a: {b: soon}}\nname: a\nwait: 5x\n",
			"3: wait must be a time such as 90s, 5m or 2h"},
		{"key that is a number", "name: a\nmore:\n  1: {b: c}\n", "3: the key 1 must be text: put it in quotes"},
		{"key that is a flag", "name: a\ntrue: b\n", "2: the key true must be text: put it in quotes"},
		{"key that is empty", "name: a\nnull: b\n", "2: the key null must be text: put it in quotes"},
		{"text that begins with !", "name: !!int a\n", "1: name: put a text that begins with '!' in quotes"},

		{"unknown alias", "name: *a\n", "1: no anchor &a for *a: put a text that begins with * in quotes"},
		{"alias within its anchor", "more: &m\n  a: *m\n",
			"2: aliases repeat too much of the file, or refer to themselves"},
		{"aliases that multiply", laughs, "6: aliases repeat too much of the file, or refer to themselves"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s shelf
			_, err := Decode("shelf.yaml", []byte(tt.text), &s)
			if want := "shelf.yaml:" + tt.want; err == nil || err.Error() != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
		})
	}
}

// laughs has 10^9 words once its aliases are expanded.
var laughs = "more:\n  a: {x0: &x0 [a, a, a, a, a, a, a, a, a, a]}\n" + func() (text string) {
	for i := range 8 {
		text += fmt.Sprintf("  b%d: {x: &x%d [%s]}\n", i, i+1, strings.Repeat(fmt.Sprintf("*x%d, ", i), 10))
	}
	return text
}()

// A single document is read, however it is marked.
func TestOneDocument(t *testing.T) {
	for _, text := range []string{
		"name: a\nopen: true\n", "---\nname: a\nopen: true\n", "# K\xf6ln\n--- # x\nname: a\nopen: true # K\xf6ln\n",
		"--- {name: a, open: True}\n", "---\n---\nname: a\nopen: true\n", "name: a\nopen: true\n---\n# the end\n",
		"name: a\nopen: true\n...\n...\n", "name: \"a\"\r\nopen:\ttrue\r\n", "{name: a, open: true}",
		"<<: &a {name: a}\nopen: true\n",
	} {
		var s shelf
		if _, err := Decode("shelf.yaml", []byte(text), &s); err != nil || s.Name != "a" || !s.Open {
			t.Errorf("%q: got %+v, %v", text, s, err)
		}
	}
	var s shelf
	text := "name: |\n  a\n  ---\n  b\nmore: {a: &a {x: 7}, b: *a}\n"
	if _, err := Decode("shelf.yaml", []byte(text), &s); err != nil || s.Name != "a\n---\nb\n" ||
		len(s.More["b"]) != 1 {
		t.Errorf("got %+v, %v want the lines of a text kept, and an alias replaced", s, err)
	}
}

// CONS-2: a file of any content is refused soon enough for a denial, and does not exhaust the
// stack.
func TestExcessiveFilesAreRefused(t *testing.T) {
	for _, part := range []string{"[", "{a: ", "- ", "? ", "!!str ", "&a ", "*a ", "k: v\n", "---\n", "a: \"", "\x00",
		"-", "a\n "} {
		var s shelf
		text := strings.Repeat(part, MaxSize/8/len(part))
		if _, err := Decode("shelf.yaml", []byte(text), &s); err == nil {
			t.Errorf("%q again and again: got no error", part)
		}
	}
	var s shelf
	_, err := Decode("shelf.yaml", make([]byte, MaxSize+1), &s)
	if err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("got %v want it refused for its size", err)
	}
}

func TestErrorfNamesTheLine(t *testing.T) {
	const path = "shelf.yaml"
	var s shelf
	f, err := Decode(path, []byte("name: a\nbooks:\n- title: x\n- title: y\n  pages: 3\n"), &s)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"$.name":                 ":1: x",
		"$.books[1].pages":       ":5: x",
		"$.books[1].missing":     ":4: x",
		"$.books[7].pages.depth": ":3: x",
	} {
		if got := f.Errorf(at, "x").Error(); got != path+want {
			t.Errorf("%s: got %s want %s", at, got, path+want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("name: a\nbooks:\n- title: x\n  pages: 1\n"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		var s shelf
		_, _ = Decode("shelf.yaml", text, &s)
	})
}
