package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // the two formats register themselves there
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

// formats are what each package is written as.
var formats = []string{"deb", "rpm"}

const maintainer = "usagedata maintainers <usagedata@polycom.com>"

// parts is a package before it has a format.
type parts struct {
	Name, Summary, About string
	Depends, Recommends  []string
	Only                 string // a name that only one installed package may have
	Contents             files.Contents
	Scripts              nfpm.Scripts
}

// make collects the parts in a folder of its own, which goes afterwards, and writes each format.
func (o order) make(contents func(order, *workshop) (parts, error)) error {
	dir, err := os.MkdirTemp("", "usagedata-package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	shop := &workshop{dir: dir}
	p, err := contents(o, shop)
	if err != nil {
		return err
	}
	for _, format := range formats {
		if err := o.write(p, format); err != nil {
			return fmt.Errorf("write %s as %s: %w", p.Name, format, err)
		}
	}
	return nil
}

func (o order) write(p parts, format string) error {
	date, err := o.date()
	if err != nil {
		return err
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: p.Name, Arch: o.Arch, Platform: "linux", Version: packageVersion(o.Version), VersionSchema: "none",
		Release: "1", Section: "admin", Priority: "optional",
		Maintainer: maintainer, Vendor: "Polycom", Homepage: "https://www.polycom.com", License: "Apache-2.0",
		Description: p.Summary + "\n" + p.About, MTime: date, DisableGlobbing: true,
		Overridables: nfpm.Overridables{
			Depends: p.Depends, Recommends: p.Recommends, Contents: p.Contents, Scripts: p.Scripts,
			RPM: nfpm.RPM{Summary: p.Summary, Group: "System Environment/Daemons", BuildHost: "localhost"},
		},
	})
	if p.Only != "" {
		info.Provides, info.Conflicts, info.Replaces = []string{p.Only}, []string{p.Only}, []string{p.Only}
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return err
	}
	path := filepath.Join(o.Out, packager.ConventionalFileName(info))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(packager.Package(info, f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	fmt.Fprintln(os.Stderr, path)
	return nil
}

// packageVersion makes what `git describe` says a version that both package managers order rightly: 1.2.0-3-gabcdef is
// after 1.2.0, which a hyphen would not say.
func packageVersion(version string) string {
	base, more, _ := strings.Cut(version, "-")
	if more == "" {
		return base
	}
	return base + "+" + strings.ReplaceAll(more, "-", ".")
}
