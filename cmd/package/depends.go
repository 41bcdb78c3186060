package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// debian matches one alternative of a dependency in a deb.
const debian = `[a-z0-9][a-z0-9.+-]+(:any)?( \((<<|<=|=|>=|>>) [A-Za-z0-9.+~:-]+\))?`

// dependency matches a line of depends.deb and depends.rpm.
var dependency = map[string]*regexp.Regexp{
	"deb": regexp.MustCompile(`^` + debian + `( \| ` + debian + `)*$`),
	"rpm": regexp.MustCompile(`^[A-Za-z0-9_/][A-Za-z0-9_.+/:()-]*( >= [A-Za-z0-9._+~^:-]+)?$`),
}

// dependsOf returns the packages that the plugin needs. If the plugin is linked dynamically, the
// folder must list them: the package that holds a library differs between systems, and without it
// the plugin is installed but does not start.
func dependsOf(folder string, plugin program) (all []needed, err error) {
	for _, format := range []string{"deb", "rpm"} {
		name := dependsPrefix + format
		text, err := authorFile(folder, name)
		if err != nil {
			return nil, err
		}
		if text == "" && len(plugin.needs) > 0 {
			return nil, missingFile(folder, name,
				fmt.Sprintf("it must list the packages with the libraries that the plugin needs (%s), one a "+
					"line", strings.Join(plugin.needs, ", ")))
		}
		found, err := dependencies(folder, format, text)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func dependencies(folder, format, text string) (all []needed, err error) {
	for line := range entries(text) {
		if !dependency[format].MatchString(line) {
			return nil, usage.WithHint(
				fmt.Errorf("%s: a line is not a dependency", filepath.Join(folder, dependsPrefix+format)),
				"write one a line, such as "+map[string]string{"deb": "`libc6 (>= 2.34)`",
					"rpm": "`glibc >= 2.34`"}[format])
		}
		name, least := line, ""
		if format == "rpm" {
			name, least, _ = strings.Cut(line, " >= ")
		}
		all = append(all, needed{Name: name, Least: least, Format: format})
	}
	return all, nil
}
