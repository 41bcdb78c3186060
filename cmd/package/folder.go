package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
)

// leftOut lists the files of a product's folder that are not installed: the package makes them
// anew, or has them elsewhere.
var leftOut = []string{product.SumsName, product.SignatureName, dictionary.FileName, copyrightName, licensesName,
	billName, filesName, dependsPrefix + "deb", dependsPrefix + "rpm"}

// stage copies a product's folder as it will be installed, and writes the plugin's checksum. If the
// folder came with a checksum, it must match the plugin; otherwise a file changed on the way here.
func stage(from, to string) error {
	if err := copyFolder(from, to); err != nil {
		return err
	}
	_, missing := os.Lstat(filepath.Join(to, product.ChecksumName))
	if errors.Is(missing, fs.ErrNotExist) {
		if err := product.WriteChecksum(to); err != nil {
			return err
		}
	}
	return compare(to)
}

func compare(folder string) error {
	p, err := product.Open(folder)
	if err != nil {
		return err
	}
	if name := p.Profile.Logo; name != "" {
		if _, err := product.ReadLogo(folder, name); err != nil {
			return err
		}
	}
	plugin, err := os.Open(p.Plugin())
	if err != nil {
		return err
	}
	defer plugin.Close()
	if err := p.Compare(plugin); err != nil {
		return usage.WithHint(err, "build the plugin again, or copy the folder again from the build machine")
	}
	return nil
}

// copyFolder copies the plain files, because a product's folder is flat. It refuses entries that
// would be lost, or would be given to customers by mistake.
func copyFolder(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	listed, err := listedFiles(from)
	problems := []error{err}
	for _, e := range entries {
		if !slices.Contains(leftOut, e.Name()) {
			problems = append(problems, copyFile(from, to, e, listed))
		}
	}
	return errors.Join(problems...)
}

func copyFile(from, to string, e fs.DirEntry, listed map[string]bool) error {
	path := filepath.Join(from, e.Name())
	refused := func(why, hint string) error {
		return usage.WithHint(fmt.Errorf("package %s: %s", path, why), hint)
	}
	switch {
	case e.IsDir():
		return refused("it is a folder, and a product is installed without folders",
			"give the folder that the build writes, with profile.yaml and plugin; the plugin must be one program")
	case !e.Type().IsRegular():
		return refused("it is a link or not a plain file", "replace it with the file itself")
	case strings.HasPrefix(e.Name(), "."), e.Name() == "go.mod", !listed[e.Name()]:
		return refused("it is not a file that is installed",
			"remove it, give the folder that the build writes, or list it in "+filesName+" there to install it")
	}
	text, err := readable(from, e.Name())
	if err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if e.Name() == product.PluginName {
		mode = 0o755
	}
	return os.WriteFile(filepath.Join(to, e.Name()), text, mode)
}

// signed reports whether the folder came with a signature, which would not match the installed
// files.
func signed(folder string) bool { return firstPresent(folder, product.SignatureName) != "" }
