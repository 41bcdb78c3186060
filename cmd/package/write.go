package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/goreleaser/nfpm/v2/files"
)

const (
	maintainer = "usagedata maintainers <usagedata@polycom.com>"
	vendor     = "Polycom"
	homepage   = "https://www.polycom.com"
	release    = "1" // of the package, of one version
)

// parts is a package before it has a format.
type parts struct {
	Name, Summary, About string
	License              string // the license's name
	Depends, Recommends  []needed
	Conflicts            []string
	Only                 string // a name that only one installed package may have
	Contents             files.Contents
	Scripts              map[string]scripts // by format
}

// needed is a package, or a path, that a package needs or recommends.
type needed struct {
	Name    string
	Least   string // least version; empty means any
	Format  string // deb or rpm; empty means both
	Scripts bool   // the scripts need it too: it must be installed before they run, and removed after
}

// scripts are the files that a package manager runs when it installs or removes; an empty string
// means no script.
type scripts struct {
	Before, After, BeforeRemoval, AfterRemoval string
	// only for rpm: runs when all packages of the transaction are installed
	AfterAll string
}

// format names a package's file, and writes the package.
type format struct {
	name  func(o order, p parts) string
	write func(o order, p parts, date time.Time, out io.Writer) error
}

// formats are the formats in which each package is written.
var formats = map[string]format{"deb": {debName, writeDeb}, "rpm": {rpmName, writeRPM}}

// make collects the parts in a temporary folder, and writes each format.
func (o order) make(contents func(order, *workDir) (parts, error)) error {
	dir, err := os.MkdirTemp("", "usagedata-package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := contents(o, &workDir{dir: dir})
	if err != nil {
		return err
	}
	for _, name := range []string{"deb", "rpm"} {
		if err := o.write(p, formats[name]); err != nil {
			return fmt.Errorf("write %s as %s: %w", p.Name, name, err)
		}
	}
	return nil
}

func (o order) write(p parts, f format) error {
	date, err := o.date()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return err
	}
	path := filepath.Join(o.Out, f.name(o, p))
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(f.write(o, p, date, out), out.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	fmt.Fprintln(os.Stderr, path)
	return nil
}

// in returns the contents that belong in a package of this format.
func (p parts) in(format string) (all files.Contents) {
	for _, c := range p.Contents {
		if c.Packager == "" || c.Packager == format {
			all = append(all, c)
		}
	}
	return all
}

// relations returns the dependencies of a package of this format.
func relations(all []needed, format string) (found []needed) {
	for _, n := range all {
		if n.Format == "" || n.Format == format {
			found = append(found, n)
		}
	}
	return found
}

// describedVersion matches the suffix that `git describe` adds to a tag: the commits since, and
// whether files have changed.
var describedVersion = regexp.MustCompile(`^(.*?)((?:-[0-9]+-g[0-9a-f]+)?(?:-dirty)?)$`)

// preRelease matches a tag with a pre-release, such as 1.3.0-rc1. A suffix that begins with a digit
// is not a pre-release: 1.2.0-1.
var preRelease = regexp.MustCompile(`^([^-~+]*)-([A-Za-z].*)$`)

// packageVersion returns a version that both package managers order as Git's tags mean it:
// 1.3.0-rc1 is before 1.3.0, and 1.2.0-3-gabcdef, three commits later, after 1.2.0.
func packageVersion(version string) string {
	found := describedVersion.FindStringSubmatch(version)
	if tag := preRelease.FindStringSubmatch(found[1]); tag != nil {
		version = tag[1] + "~" + strings.ReplaceAll(tag[2], "-", ".") + found[2]
	}
	base, more, _ := strings.Cut(version, "-")
	if more == "" {
		return base
	}
	return base + "+" + strings.ReplaceAll(more, "-", ".")
}
