// Package planted holds bugs that could be made by mistake, and the test that must fail on each.
// They show which tests are redundant, and which promise no test proves. A bug is a change of a few
// lines, listed in bugs/*.yaml. It is planted with the overlay of the go command, so that no file
// of the tree changes. `make planted` plants all.
package planted

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// Bug is a change to one file, and the test that fails on it.
type Bug struct {
	// ID is unique: a few words with hyphens.
	ID string `yaml:"id"`
	// Promise is the broken promise: an id of CONTRIBUTING.md's table, or of a case.
	Promise string `yaml:"promise"`
	// Why describes the consequence, and for whom.
	Why string `yaml:"why"`
	// File is changed, relative to the root of the module.
	File string `yaml:"file"`
	// Old occurs exactly once in File, as a part of a line or as whole lines without their common
	// leading tabs. New replaces it; if it is empty, Old is removed.
	Old string `yaml:"old"`
	New string `yaml:"new"`
	// Test is the folder of a package and the name of a test in it, or of a subtest: "core/gate
	// TestX/case".
	Test string `yaml:"test"`
}

// Package returns the folder of the package whose test must fail.
func (b Bug) Package() string {
	folder, _, _ := strings.Cut(b.Test, " ")
	return folder
}

// Name returns the name of the test that must fail.
func (b Bug) Name() string {
	_, name, _ := strings.Cut(b.Test, " ")
	return name
}

// Load reads the lists of the tree at root, in the order of their files.
func Load(root string) ([]Bug, error) {
	files, err := filepath.Glob(filepath.Join(root, "test/planted/bugs/*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []Bug
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var bugs []Bug
		if err := yaml.UnmarshalWithOptions(text, &bugs, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, bugs...)
	}
	return all, nil
}

// apply returns the text of the file with the bug in it.
func (b Bug) apply(text string) (string, error) {
	if strings.TrimSpace(b.Old) == "" || b.Old == b.New {
		return "", errors.New("old and new text are the same, or old is empty")
	}
	found, changed := 0, ""
	for tabs := range maxTabs {
		old := code(b.Old, tabs)
		if n := strings.Count(text, old); n > 0 {
			found, changed = found+n, strings.Replace(text, old, code(b.New, tabs), 1)
		}
		if !strings.Contains(old, "\n") {
			break // a line is found at any depth
		}
	}
	if found != 1 {
		return "", fmt.Errorf("its old text must occur once in %[2]s, but occurs %[1]d times", found, b.File)
	}
	return changed, nil
}

// maxTabs is greater than the number of leading tabs of any line.
const maxTabs = 9

// code returns a text of the lists as it is in a file, with this many tabs before each line. YAML
// does not allow tabs there: two leading spaces represent one.
func code(text string, tabs int) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		bare := strings.TrimLeft(line, " ")
		if bare != "" {
			lines[i] = strings.Repeat("\t", tabs+(len(line)-len(bare))/2) + bare
		}
	}
	return strings.Join(lines, "\n")
}
