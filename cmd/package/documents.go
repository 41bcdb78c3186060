package main

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"strings"

	"github.com/goreleaser/nfpm/v2/files"
)

// documents are what a package says of itself: whose it is, what has changed, what the program is made of and under
// which licences.
func (w *workshop) documents(o order, name, program, changes string) (files.Contents, error) {
	date, err := o.date()
	if err != nil {
		return nil, err
	}
	built, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("read what %s was built of: %w", program, err)
	}
	modules, err := modulesOf(built)
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
	text, err := w.put(at+"copyright", copyright, 0o644)
	only("deb", text, err)
	only("rpm", folder("/usr/share/licenses/"+name, 0o755), nil)
	if o.License != "" { // Debian has the text in a folder of its own
		only("rpm", file(o.License, "/usr/share/licenses/"+name+"/LICENSE", 0o644), nil)
	}
	text, err = w.compressed(at+"changelog.Debian.gz",
		fmt.Sprintf("%s (%s-1) stable; urgency=medium\n\n  * Version %s; what has changed is in CHANGELOG.md.\n\n -- %s  "+
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
	text, err = w.compressed(at+"third-party-licences.txt.gz", licences(modules))
	only("deb", text, err)
	text, err = w.compressed("/usr/share/licenses/"+name+"/third-party-licences.txt.gz", licences(modules))
	only("rpm", text, err)
	var bill bytes.Buffer
	problems = append(problems, writeBill(&bill, name, o.Version, date, modules))
	add(w.put(at+"sbom.cdx.json", bill.String(), 0o644))
	return all, errors.Join(problems...)
}

// overrides is what Debian's lintian is told about what it would not have otherwise.
const overrides = `# Programs in Go, built without C, hold all of their libraries; sbom.cdx.json says which.
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
 On Debian systems, the text of this licence is in /usr/share/common-licenses/Apache-2.0.
Comment: the licences of the libraries in the program are in third-party-licences.txt.gz beside this
 file, and what those libraries are in sbom.cdx.json.
`

// licences is the text of all licences, a library after the other.
func licences(modules []module) string {
	var out strings.Builder
	for _, m := range modules {
		fmt.Fprintf(&out, "%s\n%s %s\n%[1]s\n\n", strings.Repeat("=", 100), m.Path, m.Version)
		for _, text := range m.texts {
			fmt.Fprintf(&out, "%s\n\n", strings.TrimSpace(text))
		}
	}
	return out.String()
}
