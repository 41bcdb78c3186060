package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/rpmpack"
	"github.com/goreleaser/nfpm/v2/files"
)

var rpmArchs = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

func rpmName(o order, p parts) string {
	return fmt.Sprintf("%s-%s-%s.%s.rpm", p.Name, packageVersion(o.Version), release, rpmArchs[o.Arch])
}

// writeRPM writes a package for rpm. It calls rpmpack, which nfpm calls too, because nfpm passes on
// neither the file names in the payload nor the dependencies of the scripts.
func writeRPM(o order, p parts, date time.Time, out io.Writer) error {
	rpm, err := rpmpack.NewRPM(rpmpack.RPMMetaData{
		Name: p.Name, Summary: p.Summary, Description: p.About, Version: packageVersion(o.Version), Release: release,
		Arch: rpmArchs[o.Arch], OS: "linux", Vendor: vendor, URL: homepage, Packager: maintainer, Licence: p.License,
		Group: "System Environment/Daemons", BuildHost: "localhost", BuildTime: date, Epoch: rpmpack.NoEpoch,
		Requires: append(rpmRelations(p.Depends), understood...), Recommends: rpmRelations(p.Recommends),
	})
	if err != nil {
		return err
	}
	if p.Only != "" {
		rpm.Provides = append(rpm.Provides, &rpmpack.Relation{Name: p.Only})
		rpm.Conflicts = append(rpm.Conflicts, &rpmpack.Relation{Name: p.Only})
	}
	for _, other := range p.Conflicts {
		rpm.Conflicts = append(rpm.Conflicts, &rpmpack.Relation{Name: other})
	}
	if strings.Contains(packageVersion(o.Version), "~") {
		rpm.Requires = append(rpm.Requires, feature("TildeInVersions", "4.10.0-1"))
	}
	if err := addFiles(rpm, p.in("rpm"), date); err != nil {
		return err
	}
	if err := addScripts(rpm, p.Scripts["rpm"]); err != nil {
		return err
	}
	addChange(rpm, o, date)
	return rpm.Write(out)
}

// Flags of a relation, from rpm's rpmds.h.
const (
	beforeInstall  = 1 << 9 // Requires(pre)
	afterInstall   = 1 << 10
	beforeRemoval  = 1 << 11
	afterRemoval   = 1 << 12
	installScripts = beforeInstall | afterInstall
	removalScripts = beforeRemoval | afterRemoval
)

// understood lists the features of rpm that are needed to read the package.
var understood = rpmpack.Relations{
	feature("CompressedFileNames", "3.0.4-1"), feature("FileDigests", "4.6.0-1"),
	feature("PayloadFilesHavePrefix", "4.0-1"),
}

func feature(name, since string) *rpmpack.Relation {
	return &rpmpack.Relation{Name: "rpmlib(" + name + ")", Version: since,
		Sense: rpmpack.SenseRPMLIB | rpmpack.SenseLess | rpmpack.SenseEqual}
}

func rpmRelations(all []needed) (found rpmpack.Relations) {
	for _, n := range relations(all, "rpm") {
		r := rpmpack.Relation{Name: n.Name, Version: n.Least}
		if n.Least != "" {
			r.Sense = rpmpack.SenseGreater | rpmpack.SenseEqual
		}
		found = append(found, &r)
		if n.Scripts {
			scripts := r
			scripts.Sense |= installScripts | removalScripts
			found = append(found, &scripts)
		}
	}
	return found
}

// Tags of rpm's header that rpmpack does not name.
const (
	tagChangeTime = 1080
	tagChangeName = 1081
	tagChangeText = 1082
	tagDirNames   = 1118
)

// addFiles adds the files. Their names in the payload begin with ./, as rpmbuild writes them, so
// that cpio unpacks a payload into the current folder and not over the machine. The header has the
// names as they are installed, by folder.
func addFiles(rpm *rpmpack.RPM, contents files.Contents, date time.Time) error {
	var names, folders []string
	for _, c := range contents {
		file := rpmpack.RPMFile{Name: "." + c.Destination, Mode: uint(c.FileInfo.Mode.Perm()), Owner: c.FileInfo.Owner,
			Group: c.FileInfo.Group, MTime: uint32(date.Unix()), Type: rpmType(c)}
		if c.Type == files.TypeDir {
			file.Mode |= 0o40000
		} else {
			text, err := os.ReadFile(c.Source)
			if err != nil {
				return err
			}
			file.Body = text
		}
		rpm.AddFile(file)
		names = append(names, file.Name)
	}
	slices.Sort(names) // as rpmpack does, which numbers the folders in the order of their files
	for _, name := range names {
		if dir, _ := path.Split(name[1:]); !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
	}
	rpm.AddCustomTag(tagDirNames, rpmpack.EntryStringSlice(folders))
	return nil
}

// rpmType marks documents and licenses by their folder, as rpmbuild does.
func rpmType(c *files.Content) rpmpack.FileType {
	under := func(dir string) bool { return c.Type != files.TypeDir && strings.HasPrefix(c.Destination, dir) }
	switch {
	case c.Type == files.TypeConfigNoReplace:
		return rpmpack.ConfigFile | rpmpack.NoReplaceFile
	case under("/usr/share/licenses/"):
		return rpmpack.LicenceFile
	case under("/usr/share/doc/"), under("/usr/share/man/"):
		return rpmpack.DocFile
	default:
		return rpmpack.GenericFile
	}
}

func addScripts(rpm *rpmpack.RPM, s scripts) error {
	for _, one := range []struct {
		file string
		add  func(string)
	}{
		{s.Before, rpm.AddPrein}, {s.After, rpm.AddPostin}, {s.BeforeRemoval, rpm.AddPreun},
		{s.AfterRemoval, rpm.AddPostun}, {s.AfterAll, rpm.AddPosttrans},
	} {
		if one.file == "" {
			continue
		}
		text, err := os.ReadFile(one.file)
		if err != nil {
			return err
		}
		one.add(string(text))
	}
	return nil
}

// addChange adds the output of `rpm -q --changelog`.
func addChange(rpm *rpmpack.RPM, o order, date time.Time) {
	noon := date.Truncate(24 * time.Hour).Add(12 * time.Hour) // so that rpm shows the same day in any zone
	rpm.AddCustomTag(tagChangeTime, rpmpack.EntryUint32([]uint32{uint32(noon.Unix())}))
	rpm.AddCustomTag(tagChangeName, rpmpack.EntryStringSlice([]string{
		fmt.Sprintf("%s - %s-%s", maintainer, packageVersion(o.Version), release)}))
	rpm.AddCustomTag(tagChangeText, rpmpack.EntryStringSlice([]string{
		"- Version " + o.Version + "; CHANGELOG.md lists the changes."}))
}
