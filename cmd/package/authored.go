package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"

	"polycom.com/usagedata/core/usage"
)

// The files that a product's folder may contribute to the package, and that are not installed with
// the plugin.
const (
	copyrightName = "copyright"     // copyright holder and license of the plugin
	licensesName  = "LICENSES"      // a folder with the texts of the libraries' licenses, as <SPDX id>.txt
	billName      = "sbom.cdx.json" // the bill of materials, CycloneDX in JSON
	dependsPrefix = "depends."      // followed by deb or rpm: the packages that the plugin needs, one per line
)

// missingFile returns an error that names a file missing from the folder, and its purpose.
func missingFile(folder, name, purpose string) error {
	return fmt.Errorf("%s is missing: %s", filepath.Join(folder, name), purpose)
}

// authorFile returns the content of a file in the folder, or "" if there is no such file.
func authorFile(folder, name string) (string, error) {
	path := filepath.Join(folder, name)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a plain file", path)
	}
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	if !utf8.Valid(text) || bytes.ContainsRune(text, 0) {
		return "", fmt.Errorf("%s is not UTF-8 text", path)
	}
	if secretText.Match(text) {
		return "", errSecret(path)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return "", fmt.Errorf("%s is empty", path)
	}
	return string(text), nil
}

// entries returns the lines of a list file, without empty lines and comments, which begin with #.
func entries(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}

var licenseLine = regexp.MustCompile(`(?m)^License:[ \t]*([[:graph:]][[:print:]]{0,99}?)[ \t]*$`)

// copyrightOf returns the folder's copyright file, and the license that it names first.
func copyrightOf(folder string) (text, license string, err error) {
	text, err = authorFile(folder, copyrightName)
	if err != nil {
		return "", "", err
	}
	const purpose = "it must name the copyright holder and the license, in Debian's format, with a line `License: NAME`"
	if text == "" {
		return "", "", missingFile(folder, copyrightName, purpose)
	}
	found := licenseLine.FindStringSubmatch(text)
	if found == nil {
		return "", "", usage.WithHint(fmt.Errorf("%s names no license", filepath.Join(folder, copyrightName)),
			copyrightName+": "+purpose)
	}
	return text, found[1], nil
}

// licensesOf returns the texts in the folder's LICENSES by their names.
func licensesOf(folder string) (map[string]string, error) {
	entries, err := os.ReadDir(filepath.Join(folder, licensesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, e := range entries {
		text, err := authorFile(filepath.Join(folder, licensesName), e.Name())
		if err != nil {
			return nil, err
		}
		texts[e.Name()] = text
	}
	return texts, nil
}

// billOf returns the folder's bill of materials, or nil if it has none. Each component must name
// its license, because software without a license must not be passed on, and the text of each
// license must be in LICENSES.
func billOf(folder string, texts map[string]string) (*cyclonedx.BOM, error) {
	text, err := authorFile(folder, billName)
	if err != nil || text == "" {
		return nil, err
	}
	bill := new(cyclonedx.BOM)
	if err := cyclonedx.NewBOMDecoder(strings.NewReader(text), cyclonedx.BOMFileFormatJSON).Decode(bill); err != nil ||
		bill.BOMFormat != cyclonedx.BOMFormat {
		return nil, fmt.Errorf("%s is not a CycloneDX bill of materials in JSON", filepath.Join(folder, billName))
	}
	if bill.Components == nil || len(*bill.Components) == 0 {
		return nil, fmt.Errorf("%s lists no component", filepath.Join(folder, billName))
	}
	var problems []error
	for _, c := range *bill.Components {
		problems = append(problems, licensed(folder, c, texts))
	}
	return bill, errors.Join(problems...)
}

// licensed checks that a component and its parts have licenses, and the texts of those that SPDX
// knows.
func licensed(folder string, c cyclonedx.Component, texts map[string]string) error {
	if c.Licenses == nil || len(*c.Licenses) == 0 {
		return fmt.Errorf("%s: component %q names no license", filepath.Join(folder, billName), c.Name)
	}
	var problems []error
	if c.Components != nil {
		for _, part := range *c.Components {
			problems = append(problems, licensed(folder, part, texts))
		}
	}
	for _, l := range *c.Licenses {
		for _, id := range ids(l) {
			if texts[id] == "" && texts[id+".txt"] == "" {
				problems = append(problems, missingFile(folder, filepath.Join(licensesName, id+".txt"),
					fmt.Sprintf("it must contain the license of %q, which %s names", c.Name, billName)))
			}
		}
	}
	return errors.Join(problems...)
}

// ids returns the licenses and exceptions that a choice names by their SPDX ids.
func ids(l cyclonedx.LicenseChoice) (all []string) {
	if l.License != nil && l.License.ID != "" {
		all = append(all, l.License.ID)
	}
	for word := range strings.FieldsSeq(strings.NewReplacer("(", " ", ")", " ").Replace(l.Expression)) {
		if word != "AND" && word != "OR" && word != "WITH" {
			all = append(all, word)
		}
	}
	return all
}
