package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	modzip "golang.org/x/mod/zip"

	"polycom.com/usagedata/core/usage"
)

// release is a version to write.
type release struct {
	Repository string // a folder of git
	Version    string
	Tree       string // the folder of the module proxy
}

// write writes the version, and prints the two lines of go.sum by which an author may check it.
func (r release) write(out io.Writer) error {
	version, err := canonical(r.Version)
	if err != nil {
		return err
	}
	goMod, err := r.goMod()
	if err != nil {
		return err
	}
	m := module.Version{Path: goMod.Module.Mod.Path, Version: version}
	if err := module.Check(m.Path, m.Version); err != nil {
		return usage.WithHint(fmt.Errorf("version %s: %w", version, err),
			"from version 2 on, the module's path must end with /v2")
	}
	date, err := r.date()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "usagedata-module-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	packed := filepath.Join(scratch, "module.zip")
	if err := r.pack(packed, m); err != nil {
		return err
	}
	return tree{r.Tree, m}.add(packed, date, out)
}

// untagged matches a version that `git describe` makes for a commit without a tag.
var untagged = regexp.MustCompile(`-[0-9]+-g[0-9a-f]{7,}$|dirty`)

// canonical returns the version with its v. It refuses one that says nothing certain about the
// files: after a tag v0.2.0, v0.2.0-3-g5f2e41c even sorts before it.
func canonical(version string) (string, error) {
	v := "v" + strings.TrimPrefix(version, "v")
	switch {
	case version == "":
		return "", usage.WithHint(errors.New("no version is given"), "make module VERSION=0.2.0")
	case untagged.MatchString(v):
		return "", usage.WithHint(fmt.Errorf("%s is not the version of a release", v),
			"commit, and tag the commit; or give the version: make module VERSION=0.2.0")
	case module.IsPseudoVersion(v):
		return "", usage.WithHint(fmt.Errorf("%s is a version that the go command makes itself", v),
			"make module VERSION=0.2.0, or VERSION=0.2.0-rc.1 before a release")
	case semver.Canonical(v) != v:
		return "", usage.WithHint(fmt.Errorf("%q is not a version", version),
			"a version has three numbers, as 0.2.0 or 0.2.0-rc.1, without + and without leading zeros")
	}
	return v, nil
}

// goMod reads go.mod. It refuses one with which `go run PACKAGE@VERSION` fails.
func (r release) goMod() (*modfile.File, error) {
	const name = "go.mod"
	text, err := os.ReadFile(filepath.Join(r.Repository, name))
	if err != nil {
		return nil, usage.WithHint(err, "run it in the folder of the repository, or give -from")
	}
	parsed, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	if len(parsed.Replace)+len(parsed.Exclude) > 0 {
		return nil, usage.WithHint(errors.New("go.mod has replace or exclude lines"),
			"remove them: authors cannot run a program of a module that has them")
	}
	return parsed, nil
}

// date returns the time of the last commit. It refuses a folder whose files are not those of
// that commit.
func (r release) date() (string, error) {
	changed, err := r.git("status", "--porcelain")
	if err != nil {
		return "", usage.WithHint(err, "the module is made from a commit: run it in a clone of the repository")
	}
	if changed != "" {
		return "", usage.WithHint(errors.New("the folder has files that are not committed"),
			"commit them, or remove them; `git status` lists them")
	}
	date, err := r.git("log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ")
	return strings.TrimSpace(date), err
}

// pack writes the zip file, and refuses to leave out a file of the commit.
func (r release) pack(to string, m module.Version) error {
	files, err := r.files()
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	if err := errors.Join(modzip.Create(f, m, files), f.Close()); err != nil {
		return usage.WithHint(err, "a module cannot have such a file: rename it, or make it smaller")
	}
	return complete(to, m, files)
}

// complete compares the zip file with the files of the commit. Only modules of their own, in
// folders below, may be missing. A symbolic link and a folder named vendor would be.
func complete(packed string, m module.Version, files []modzip.File) error {
	archive, err := zip.OpenReader(packed)
	if err != nil {
		return err
	}
	defer archive.Close()
	var own []string
	for _, f := range files {
		if folder, base := path.Split(f.Path()); base == "go.mod" && folder != "" {
			own = append(own, folder)
		}
	}
	for _, f := range files {
		_, err := fs.Stat(archive, m.Path+"@"+m.Version+"/"+f.Path())
		if err != nil && !below(f.Path(), own) {
			return usage.WithHint(fmt.Errorf("a module cannot have the file %s", f.Path()),
				"symbolic links and folders named vendor are left out of modules: remove it")
		}
	}
	return nil
}

func below(name string, folders []string) bool {
	for _, folder := range folders {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}
