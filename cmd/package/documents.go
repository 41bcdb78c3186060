package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goreleaser/nfpm/v2/files"
)

// legalFiles are the documents about a package's copyright, the components of its program, and
// their licenses.
type legalFiles struct {
	copyright, license string // the file, and the license that it names
	licenses           string // of all libraries, their texts
	bill               []byte // of materials
}

// own is the module of this repository, whose programs have its license.
const own, ownLicense = "polycom.com/usagedata", "Apache-2.0"

// ownCollect is the module of the vendor's side, in the same repository.
const ownCollect = own + "/collect"

// legalFilesOf makes the legal files from the program's build information and the folder's files;
// if the program is not written in Go, all of them must be in the folder.
func legalFilesOf(o order, name string, p program, folder, source string) (made legalFiles, err error) {
	made.copyright, made.license = copyright, ownLicense
	if p.built == nil || p.built.Main.Path != own && p.built.Main.Path != ownCollect {
		if made.copyright, made.license, err = copyrightOf(folder); err != nil {
			return legalFiles{}, err
		}
	}
	texts, err := licensesOf(folder)
	if err != nil {
		return legalFiles{}, err
	}
	bill, err := billOf(folder, texts)
	if err != nil {
		return legalFiles{}, err
	}
	if p.built == nil {
		made.bill, err = authorBill(folder, len(texts), bill != nil)
		made.licenses = licenseTexts(nil, texts)
		return made, err
	}
	date, err := o.date()
	if err != nil {
		return legalFiles{}, err
	}
	modules, err := modulesOf(p.built, source, bill)
	if err != nil {
		return legalFiles{}, err
	}
	made.licenses = licenseTexts(modules, texts)
	made.bill, err = billOfModules(subject{name, o.Version, made.license}, date, modules, bill)
	return made, err
}

// authorBill returns the folder's bill for a program that is not written in Go, because its build
// does not list its components.
func authorBill(folder string, texts int, bill bool) ([]byte, error) {
	var problems []error
	if texts == 0 {
		problems = append(problems, missingFile(folder, licensesName,
			"it must be a folder with the text of each license in the plugin, such as `MIT.txt`"))
	}
	if !bill {
		problems = append(problems, missingFile(folder, billName, "it must be a CycloneDX bill of materials in JSON, "+
			"with the plugin's components and their licenses"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("the plugin is not written in Go, so its components and licenses must be given: %w", err)
	}
	text, err := authorFile(folder, billName)
	return []byte(text), err
}

// documents returns the legal files and the changes as files of the package.
func (w *workDir) documents(o order, name string, p legalFiles, changes string) (files.Contents, error) {
	date, err := o.date()
	if err != nil {
		return nil, err
	}
	var all files.Contents
	var problems []error
	add := func(c *files.Content, err error) { all, problems = append(all, c), append(problems, err) }
	at := "/usr/share/doc/" + name + "/"
	only := func(format string, c *files.Content, err error) {
		c.Packager = format
		add(c, err)
	}
	text, err := w.put(at+"copyright", p.copyright, 0o644)
	only("deb", text, err)
	only("rpm", folder("/usr/share/licenses/"+name, 0o755), nil)
	if o.License != "" && p.license == ownLicense { // Debian has the text in a folder of its own
		only("rpm", file(o.License, "/usr/share/licenses/"+name+"/LICENSE", 0o644), nil)
	} else {
		text, err = w.put("/usr/share/licenses/"+name+"/copyright", p.copyright, 0o644)
		only("rpm", text, err)
	}
	text, err = w.compressed(at+"changelog.Debian.gz",
		fmt.Sprintf("%s (%s-1) stable; urgency=medium\n\n  * Version %s; CHANGELOG.md lists the changes.\n\n -- %s  "+
			"%s\n",
			name, packageVersion(o.Version), o.Version, maintainer, date.Format("Mon, 02 Jan 2006 15:04:05 -0700")))
	only("deb", text, err)
	text, err = w.put("/usr/share/lintian/overrides/"+name, fmt.Sprintf(overrides, name), 0o644)
	only("deb", text, err)
	if changes != "" {
		text, err = w.compressed(at+"changelog.gz", changes)
		only("deb", text, err)
		text, err = w.put(at+"CHANGELOG.md", changes, 0o644)
		only("rpm", text, err)
	}
	text, err = w.compressed(at+"third-party-licences.txt.gz", p.licenses)
	only("deb", text, err)
	text, err = w.compressed("/usr/share/licenses/"+name+"/third-party-licences.txt.gz", p.licenses)
	only("rpm", text, err)
	add(w.put(at+billName, string(p.bill), 0o644))
	return all, errors.Join(problems...)
}

// overrides lists the findings that Debian's lintian is to accept.
const overrides = `# Programs in Go, built without C, contain all of their libraries; sbom.cdx.json lists them.
%[1]s: statically-linked-binary
# The configuration names files with passwords, and may name the customer's hosts.
%[1]s: non-standard-dir-perm
%[1]s: non-standard-file-perm
`

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: usagedata
Upstream-Contact: ` + maintainer + `

Files: *
Copyright: 2026 the authors of usagedata
License: Apache-2.0
 On Debian systems, the text of this license is in /usr/share/common-licenses/Apache-2.0.
Comment: third-party-licences.txt.gz in this folder has the licenses of the libraries in the program,
 and sbom.cdx.json lists those libraries.
`

// licenseTexts returns the text of all licenses, library by library, followed by those in the
// folder.
func licenseTexts(modules []module, texts map[string]string) string {
	var out strings.Builder
	title := func(text string) { fmt.Fprintf(&out, "%s\n%s\n%[1]s\n\n", strings.Repeat("=", 100), text) }
	for _, m := range modules {
		title(strings.TrimSpace(m.Path + " " + m.Version))
		for _, text := range m.texts {
			fmt.Fprintf(&out, "%s\n\n", strings.TrimSpace(text))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		title(name)
		fmt.Fprintf(&out, "%s\n\n", strings.TrimSpace(texts[name]))
	}
	return out.String()
}
