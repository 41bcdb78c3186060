package yamlfile

import (
	"os"
	"path/filepath"
	"testing"
)

type shelf struct {
	Name  string `yaml:"name"`
	Books []struct {
		Title string `yaml:"title"`
		Pages int    `yaml:"pages"`
	} `yaml:"books"`
}

// Each mistake is one line that names the file, the line and the word.
func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "name: a\nnmae: b\n", `shelf.yaml:2: unknown field "nmae"`},
		{"unknown key below", "name: a\nbooks:\n- title: x\n  page: 3\n", `shelf.yaml:4: unknown field "page"`},
		{"wrong type", "name: a\nbooks:\n- title: x\n  pages: many\n", `shelf.yaml:4: int is wanted here, not string`},
		{"not YAML", "name: [a\n", `shelf.yaml:1: sequence end token ']' not found`},
		{"given twice", "name: a\nname: b\n", `shelf.yaml:2: mapping key "name" already defined at [1:1]`},
		{"empty", "\n", `shelf.yaml:1: the file is empty`},
		{"only a comment", "# nothing\n", `shelf.yaml:1: the file is empty`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s shelf
			_, err := Decode("shelf.yaml", []byte(tt.text), &s)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestErrorfNamesTheLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shelf.yaml")
	if err := os.WriteFile(path, []byte("name: a\nbooks:\n- title: x\n- title: y\n  pages: 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var s shelf
	f, err := Read(path, &s)
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
