package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"

	"github.com/google/licensecheck"
)

// module is a library that a program is built of.
type module struct {
	Path, Version, Sum string
	licences           []string // by SPDX
	texts              []string
}

// modulesOf finds the licence of each, in the module cache in which it lies since the program was built. One without a
// licence that is known is an error: nobody may pass it on.
func modulesOf(built *debug.BuildInfo) ([]module, error) {
	modules := []module{{Path: "std", Version: built.GoVersion}}
	for _, d := range built.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		modules = append(modules, module{Path: d.Path, Version: d.Version, Sum: d.Sum})
	}
	var problems []error
	for i := range modules {
		dir, err := sources(modules[i])
		if err == nil {
			err = modules[i].read(dir)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("find the licence of %s: %w", modules[i].Path, err))
		}
	}
	return modules, errors.Join(problems...)
}

// sources is the folder in which a module's files lie.
func sources(m module) (string, error) {
	if m.Path == "std" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		return string(out[:max(0, len(out)-1)]), err
	}
	if m.Version == "" || m.Version == "(devel)" {
		return "", errors.New("it is no released version")
	}
	out, err := exec.Command("go", "mod", "download", "-json", m.Path+"@"+m.Version).Output()
	if err != nil {
		return "", err
	}
	var found struct{ Dir string }
	return found.Dir, json.Unmarshal(out, &found)
}

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// read takes the licence's texts and tells which ones they are.
func (m *module) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !licenceName.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		m.texts = append(m.texts, string(text))
		for _, match := range licensecheck.Scan(text).Match {
			if !slices.Contains(m.licences, match.ID) {
				m.licences = append(m.licences, match.ID)
			}
		}
	}
	if len(m.licences) == 0 {
		return errors.New("it has none that is known")
	}
	slices.Sort(m.licences)
	return nil
}
