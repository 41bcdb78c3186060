package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// makefiles are the names by which make finds one.
var makefiles = []string{"GNUmakefile", "makefile", "Makefile"}

// firstPresent returns the first of the names that the folder has.
func firstPresent(folder string, names ...string) string {
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(folder, name)); err == nil {
			return name
		}
	}
	return ""
}

// checkInputs checks everything that can be checked before the build: the folder, the key with its
// password, and the results of the conformance suite for the architecture.
func (f productParts) checkInputs(arch string) error {
	if err := f.checkFolder(); err != nil {
		return err
	}
	results, err := f.readResults()
	if err == nil {
		err = possible(results, f.Folder, arch)
	}
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "usagedata-package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f.sign(dir, dir, "")
}

// checkFolder checks that the folder is a product's, or its author's.
func (f productParts) checkFolder() error {
	_, err := os.ReadDir(f.Folder)
	if err == nil && firstPresent(f.Folder, append(makefiles, profile.FileName)...) == "" {
		err = fmt.Errorf("%s has neither a Makefile nor %s", f.Folder, profile.FileName)
	}
	return usage.WithHint(err,
		"give the folder with the plugin's Makefile, or the folder that its build has written, as PLUGIN= of make or "+
			"FOLDER of this program")
}

// built checks that a build has written a plugin.
func built(folder string) error {
	if firstPresent(folder, product.PluginName) != "" {
		return nil
	}
	return usage.WithHint(fmt.Errorf("%s is missing", filepath.Join(folder, product.PluginName)),
		"build the plugin, or give the folder with its Makefile, whose target build is then called")
}

// buildFolder returns the product's folder: the given one, or the one that its `make build` writes,
// as newplugin's Makefile does, for the architecture of the order.
func (f productParts) buildFolder(o order, w *workDir) (string, error) {
	folder := f.Folder
	if err := f.checkFolder(); err != nil {
		return "", err
	}
	if firstPresent(folder, makefiles...) == "" {
		return folder, built(folder)
	}
	out := filepath.Join(w.dir, "built")
	build := exec.Command("make", "--no-print-directory", "-C", folder, "build", "OUT="+out, "VERSION="+o.Version)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	for _, pair := range os.Environ() { // the variables of a make that runs this are not the author's settings
		if name, _, _ := strings.Cut(pair, "="); name != "MAKEFLAGS" && name != "MAKELEVEL" && name != "MAKEOVERRIDES" {
			build.Env = append(build.Env, pair)
		}
	}
	build.Env = append(build.Env, "GOOS=linux", "GOARCH="+o.Arch)
	if f.FIPS != "" {
		build.Env = append(build.Env, "GOFIPS140="+f.FIPS)
	}
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("make build in %s: %w", folder, err)
	}
	made, err := filepath.Glob(filepath.Join(out, "*", profile.FileName))
	if err == nil && (len(made) != 1 || firstPresent(filepath.Dir(made[0]), product.PluginName) == "") {
		err = usage.WithHint(fmt.Errorf("make build in %s did not write the folder of one product into OUT", folder),
			"the target build of the plugin's Makefile must write $(OUT)/<product>/ with profile.yaml and plugin")
	}
	if err != nil {
		return "", err
	}
	return filepath.Dir(made[0]), nil
}
