package main

import (
	"fmt"
	"io"
	"time"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
)

func debName(o order, p parts) string {
	return fmt.Sprintf("%s_%s-%s_%s.deb", p.Name, packageVersion(o.Version), release, o.Arch)
}

// writeDeb writes a package for dpkg.
func writeDeb(o order, p parts, date time.Time, out io.Writer) error {
	s := p.Scripts["deb"]
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: p.Name, Arch: o.Arch, Platform: "linux", Version: packageVersion(o.Version), VersionSchema: "none",
		Release: release, Section: "admin", Priority: "optional",
		Maintainer: maintainer, Vendor: vendor, Homepage: homepage, License: p.License,
		Description: p.Summary + "\n" + p.About, MTime: date, DisableGlobbing: true,
		Overridables: nfpm.Overridables{
			Depends: debRelations(p.Depends), Recommends: debRelations(p.Recommends), Contents: p.in("deb"),
			Scripts: nfpm.Scripts{PreInstall: s.Before, PostInstall: s.After, PreRemove: s.BeforeRemoval,
				PostRemove: s.AfterRemoval},
			Conflicts: p.Conflicts,
		},
	})
	if p.Only != "" {
		info.Provides, info.Replaces = []string{p.Only}, []string{p.Only}
		info.Conflicts = append(info.Conflicts, p.Only)
	}
	return deb.Default.Package(info, out)
}

func debRelations(all []needed) (found []string) {
	for _, n := range relations(all, "deb") {
		if n.Least != "" {
			n.Name = fmt.Sprintf("%s (>= %s)", n.Name, n.Least)
		}
		found = append(found, n.Name)
	}
	return found
}
