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

// templates are the plugin's files. Those whose names end with .tmpl are filled in, between [[ and ]]; PRODUCT in a
// path is the product's id.
//
//go:embed template
var templates embed.FS

// write makes the plugin. Everything is in memory, and found to be right, before the first file is written.
func (p plan) write() error {
	files, err := p.files()
	if err != nil {
		return err
	}
	approved, err := profile.Parse(files[profile.FileName])
	if err != nil {
		return wrong("an id is 2 to 32 lower-case letters and digits and begins with a letter; a name is one line without |",
			"make a profile: %w", err)
	}
	page, err := dictionary.Page(approved)
	if err != nil {
		return fmt.Errorf("make the data dictionary: %w", err)
	}
	files[dictionary.FileName] = []byte(page)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(p.Dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, files[name], 0o644)); err != nil {
			return fmt.Errorf("write the plugin: %w", err)
		}
	}
	return nil
}

// files are the plugin's, by their paths below its folder.
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
		delete(files, "copyright") // it is that of the usage data service
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

// quoted is a text as YAML takes it in quotes; JSON is YAML.
func quoted(text string) (string, error) {
	out, err := json.Marshal(text)
	return string(out), err
}
