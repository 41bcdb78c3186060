package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/profile"
)

// templates holds the files of a new plugin. In a file whose name ends with .tmpl, expressions
// between [[ and ]] are filled in. PRODUCT in a path is replaced by the product's id.
//
//go:embed template
var templates embed.FS

// write writes the plugin. It prepares and checks all files in memory before it writes the first
// one.
func (p plan) write() error {
	files, err := p.files()
	if err != nil {
		return err
	}
	approved, err := profile.Parse(files[profile.FileName])
	if err != nil {
		return wrong(
			"an id is 2 to 32 lower-case letters and digits and begins with a letter; a name is one line without |",
			"make a profile: %w", err)
	}
	page, err := dictionary.Page(approved)
	if err != nil {
		return fmt.Errorf("make the data dictionary: %w", err)
	}
	files[dictionary.FileName] = []byte(page)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(p.Dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
			os.WriteFile(path, files[name], 0o644)); err != nil {
			return fmt.Errorf("write the plugin: %w", err)
		}
	}
	return nil
}

// files returns the plugin's files by their paths below its directory.
func (p plan) files() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(templates, "template", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templates.ReadFile(path)
		name := strings.ReplaceAll(strings.TrimPrefix(path, "template/"), "PRODUCT", p.ID)
		if filled, ok := strings.CutSuffix(name, ".tmpl"); ok && err == nil {
			name = strings.Replace(filled, "gitignore", ".gitignore", 1)
			text, err = p.fill(string(text))
		}
		files[name] = text
		return err
	})
	if p.Module == "" {
		delete(files, "go.mod")
		delete(files, "copyright") // it belongs to the usage data service
	}
	return files, err
}

func (p plan) fill(text string) ([]byte, error) {
	parsed, err := template.New("").Delims("[[", "]]").Funcs(template.FuncMap{"quoted": quoted}).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, p)
	return out.Bytes(), err
}

// quoted returns a text in double quotes as YAML reads it; JSON is valid YAML.
func quoted(text string) (string, error) {
	out, err := json.Marshal(text)
	return string(out), err
}
