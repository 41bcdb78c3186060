package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// tree is a folder in the layout of the module proxy protocol, and the version to add.
type tree struct {
	dir string
	m   module.Version
}

// info is the content of a file VERSION.info, and of @latest.
type info struct {
	Version string
	Time    string // of the commit, RFC 3339
}

// add writes a version: first its files, then the lists that name it, so that no go command finds
// half a version, not even after a crash. A version that was written before is left as it is.
func (t tree) add(packed, date string, out io.Writer) error {
	name, err := module.EscapeVersion(t.m.Version)
	if err != nil {
		return err
	}
	folder, err := module.EscapePath(t.m.Path)
	if err != nil {
		return err
	}
	folder = filepath.Join(t.dir, folder)
	versions := filepath.Join(folder, "@v")
	sum, err := t.unchanged(packed, filepath.Join(versions, name+".zip"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(packed)
	if err != nil {
		return err
	}
	goMod, err := t.goMod(packed)
	if err != nil {
		return err
	}
	about, err := json.Marshal(info{t.m.Version, date})
	if err != nil {
		return err
	}
	if err := durable.MakeFolder(durable.OS{}, versions, 0o755); err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		text []byte
	}{{name + ".zip", text}, {name + ".mod", goMod}, {name + ".info", append(about, '\n')}} {
		if err := keep(filepath.Join(versions, file.name), file.text); err != nil {
			return err
		}
	}
	if err := publish(folder, versions); err != nil {
		return err
	}
	modSum, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(versions, name+".mod"))
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s %s\n%s %s/go.mod %s\n", t.m.Path, t.m.Version, sum, t.m.Path, t.m.Version, modSum)
	return err
}

// goMod returns the file go.mod of the zip file.
func (t tree) goMod(packed string) ([]byte, error) {
	archive, err := zip.OpenReader(packed)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return fs.ReadFile(archive, t.m.Path+"@"+t.m.Version+"/go.mod")
}

// unchanged returns the checksum of the new zip file. It refuses other files than those that were
// published as this version: a go.sum somewhere has their checksum.
func (t tree) unchanged(packed, published string) (string, error) {
	sum, err := dirhash.HashZip(packed, dirhash.Hash1)
	if err != nil {
		return "", err
	}
	before, err := dirhash.HashZip(published, dirhash.Hash1)
	if errors.Is(err, fs.ErrNotExist) || err == nil && before == sum {
		return sum, nil
	}
	err = fmt.Errorf("%s is already in %s with other files", t.m.Version, t.dir)
	return "", usage.WithHint(err, "a version never changes once it is published: give another VERSION. "+
		"If it was not published, remove that folder")
}

// keep writes a file that all users may read, unless it exists.
func keep(path string, text []byte) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return durable.WriteFile(durable.OS{}, path, text, 0o644)
}

// publish writes the files list and @latest anew from the versions in the folder.
func publish(folder, versions string) error {
	found, err := filepath.Glob(filepath.Join(versions, "*.info"))
	if err != nil {
		return err
	}
	var known []string
	latest := map[string][]byte{}
	for _, path := range found {
		text, err := os.ReadFile(path)
		var one info
		if err := errors.Join(err, json.Unmarshal(text, &one)); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		known, latest[one.Version] = append(known, one.Version), text
	}
	semver.Sort(known)
	list := strings.Join(known, "\n") + "\n"
	newest := known[len(known)-1]
	released := slices.DeleteFunc(known, func(v string) bool { return semver.Prerelease(v) != "" })
	if len(released) > 0 {
		newest = released[len(released)-1]
	}
	return errors.Join(durable.WriteFile(durable.OS{}, filepath.Join(versions, "list"), []byte(list), 0o644),
		durable.WriteFile(durable.OS{}, filepath.Join(folder, "@latest"), latest[newest], 0o644))
}
