package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/goreleaser/nfpm/v2/files"

	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
)

// productParts are what a product's package is made of.
type productParts struct{ Folder, Key, PasswordFile, Host string }

const installed = "/usr/lib/usagedata/products"

func (f productParts) contents(o order, w *workshop) (parts, error) {
	from, p, err := f.prepare(o, w)
	if err != nil {
		return parts{}, err
	}
	made := parts{
		Name: "usagedata-plugin-" + p.ID, Summary: "Usage data of " + p.Name, Depends: f.needs(),
		Only: "usagedata-plugin",
		About: "The plugin that reads this product, and the profile that says what of it may\n" +
			"leave the appliance. An appliance has one such package.",
	}
	var problems []error
	add := func(c *files.Content, err error) {
		made.Contents, problems = append(made.Contents, c), append(problems, err)
	}
	add(folder(path.Join(installed, p.ID), 0o755), nil)
	add(folder("/usr/share/doc/"+made.Name, 0o755), nil)
	entries, err := os.ReadDir(from)
	problems = append(problems, err)
	for _, e := range entries {
		mode := os.FileMode(0o644)
		if e.Name() == product.PluginName {
			mode = 0o755
		}
		add(file(filepath.Join(from, e.Name()), path.Join(installed, p.ID, e.Name()), mode), nil)
	}
	add(folder(path.Join("/usr/share/usagedata", p.ID), 0o755), nil)
	add(w.put(path.Join("/usr/share/usagedata", p.ID, "config.yaml"), configuration(p), 0o644))
	if text := dropIn(p); text != "" {
		for _, unit := range []string{"usagedata.service.d", "usagedata-once.service.d", "usagedata-admin.service.d"} {
			add(w.put(units+path.Join(unit, "10-"+p.ID+".conf"), text, 0o644))
		}
	}
	page, err := dictionary.Page(p)
	problems = append(problems, err)
	add(w.put("/usr/share/doc/"+made.Name+"/dictionary.md", page, 0o644))
	documents, err := w.documents(o, made.Name, filepath.Join(from, product.PluginName), "")
	made.Contents, problems = append(made.Contents, documents...), append(problems, err)
	made.Scripts, err = w.scripts("product", forScripts(p))
	return made, errors.Join(append(problems, err)...)
}

// needs is the host, whose scripts the product's call.
func (f productParts) needs() []needed {
	return []needed{{Name: hostName, Least: packageVersion(f.Host), Scripts: true}}
}

// prepare copies the product's folder, writes the plugin's checksum, and signs what is there then.
func (f productParts) prepare(o order, w *workshop) (string, profile.Profile, error) {
	p, err := profile.Load(f.Folder)
	if err != nil {
		return "", p, err
	}
	folder := filepath.Join(w.dir, "product", p.ID)
	if err := copyFolder(f.Folder, folder); err != nil {
		return "", p, err
	}
	if err := product.WriteChecksum(folder); err != nil {
		return "", p, fmt.Errorf("read the plugin, which has to be built before: %w", err)
	}
	if _, err := product.Open(folder); err != nil {
		return "", p, err
	}
	return folder, p, f.sign(folder, fmt.Sprintf("%s %s, profile %d", p.ID, o.Version, p.Version))
}

func (f productParts) sign(folder, comment string) error {
	if f.Key == "" {
		return nil
	}
	var password string
	if f.PasswordFile != "" {
		file, err := os.Open(f.PasswordFile)
		if err != nil {
			return err
		}
		defer file.Close()
		line := bufio.NewScanner(file)
		line.Scan()
		password = line.Text()
	}
	return product.Sign(folder, f.Key, password, comment)
}

// left out are what an author's folder may hold beside what is installed.
var leftOut = []string{product.SumsName, product.SignatureName, dictionary.FileName}

// copyFolder takes the plain files: a product's folder is flat.
func copyFolder(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || slices.Contains(leftOut, e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if e.Name() == product.PluginName {
			mode = 0o755
		}
		if err := os.WriteFile(filepath.Join(to, e.Name()), text, mode); err != nil {
			return err
		}
	}
	return nil
}
