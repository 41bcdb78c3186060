package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licensecheck"

	"polycom.com/usagedata/core/usage"
)

// module is a library in a program.
type module struct {
	Path, Version, Sum string
	licenses           []string // by SPDX
	texts              []string
}

// modulesOf finds the license of each module in the module cache, where it is since the program was
// built, or in the folder that replaces it. A module without a known license is an error, because
// it must not be passed on. source is the folder of the program's go.mod, or one below it. Modules
// that the author's bill lists are left out, because the bill has their license.
func modulesOf(built *debug.BuildInfo, source string, bill *cyclonedx.BOM) ([]module, error) {
	modules := []module{{Path: "std", Version: built.GoVersion}}
	for _, d := range built.Deps {
		if m := moduleOf(d); !lists(bill, m.Path) {
			modules = append(modules, m)
		}
	}
	cached, err := downloaded(modules[1:])
	if err != nil {
		return nil, err
	}
	var problems []error
	for i := range modules {
		m := &modules[i]
		dir, err := cached[m.Path], error(nil)
		if m.Version == "" {
			dir, err = m.replaced(source)
		} else if m.Path == "std" {
			dir, err = goOutput("", "env", "GOROOT")
		}
		if err == nil {
			err = m.read(dir)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("find the license of %s: %w", m.Path, err))
		}
	}
	return modules, errors.Join(problems...)
}

// lists reports whether the author's bill has a module as a component: by its name, with or without
// a group, or by its URL.
func lists(bill *cyclonedx.BOM, path string) bool {
	return bill != nil && slices.ContainsFunc(*bill.Components, func(c cyclonedx.Component) bool {
		url, _, _ := strings.Cut(c.PackageURL, "@")
		return c.Name == path || c.Group+"/"+c.Name == path || url == "pkg:golang/"+path
	})
}

// moduleOf returns the module of a dependency. If a folder replaces the module, it keeps its own
// name, because the folder's would reveal a path of the build machine; it then has no version and
// no checksum.
func moduleOf(d *debug.Module) module {
	from := d
	if d.Replace != nil {
		from = d.Replace
	}
	if from.Version == "" || from.Version == "(devel)" { // a workspace's go.work replaces silently
		return module{Path: d.Path}
	}
	return module{Path: from.Path, Version: from.Version, Sum: from.Sum}
}

// downloaded returns the folders of released modules in the module cache, by path.
func downloaded(modules []module) (map[string]string, error) {
	args := []string{"mod", "download", "-json"}
	for _, m := range modules {
		if m.Version != "" {
			args = append(args, m.Path+"@"+m.Version)
		}
	}
	folders := map[string]string{}
	if len(args) == 3 { // without names, go would list all modules of the current folder
		return folders, nil
	}
	out, failed := exec.Command("go", args...).Output()
	var problems []error
	for in := json.NewDecoder(bytes.NewReader(out)); in.More(); {
		var found struct{ Path, Dir, Error string }
		if err := in.Decode(&found); err != nil {
			return nil, fmt.Errorf("find the licenses of modules: %w", errors.Join(err, failed))
		}
		if found.Error != "" {
			problems = append(problems, fmt.Errorf("find the license of %s: %s", found.Path, found.Error))
		}
		folders[found.Path] = found.Dir
	}
	if len(problems) == 0 && failed != nil {
		return nil, fmt.Errorf("find the licenses of modules: %w", withStderr(failed))
	}
	return folders, errors.Join(problems...)
}

// replaced returns the folder that a go.mod or a go.work gives for a module. Its version is that of
// the folder's last change as git describes it, or empty. This repository's own module is always
// here, in any version.
func (m *module) replaced(source string) (string, error) {
	dir, err := goOutput(source, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", m.Path)
	if err != nil && m.Path == own {
		return goOutput("", "list", "-m", "-f", "{{.Dir}}", own)
	}
	if info, missing := os.Stat(dir); err == nil && (missing != nil || !info.IsDir()) {
		err = errors.New("its folder does not exist")
	}
	if err != nil {
		return "", usage.WithHint(fmt.Errorf("the folder that replaced it when the plugin was built is not found "+
			"from %s: %w", source, err), "give the folder with the plugin's go.mod")
	}
	// empty if git knows no version
	m.Version, _ = gitOutput(dir, "describe", "--tags", "--match", "v*", "--always", "--dirty")
	return dir, nil
}

func goOutput(dir string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Dir = dir
	out, err := c.Output()
	return strings.TrimSpace(string(out)), withStderr(err)
}

// withStderr returns the error of a command with the first line of its error output.
func withStderr(err error) error {
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return err
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(ended.Stderr)), "\n")
	return fmt.Errorf("%w: %s", err, line)
}

var licenseName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

// read reads the texts of a module's licenses, and identifies the licenses.
func (m *module) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !licenseName.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		m.texts = append(m.texts, string(text))
		for _, match := range licensecheck.Scan(text).Match {
			if !slices.Contains(m.licenses, match.ID) {
				m.licenses = append(m.licenses, match.ID)
			}
		}
	}
	if len(m.licenses) == 0 {
		return usage.WithHint(errors.New("it has no known license"),
			fmt.Sprintf("if it has a license of your own, add a component %q with the expression LicenseRef-NAME to "+
				"the folder's %s, and the text as %s/LicenseRef-NAME.txt",
				m.Path, billName, licensesName))
	}
	slices.Sort(m.licenses)
	return nil
}
