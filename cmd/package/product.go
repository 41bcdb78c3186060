package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2/files"

	"polycom.com/usagedata/core/dictionary"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// productParts are the inputs of a product's package.
type productParts struct {
	Folder, FIPS, Key, PasswordFile, Host string
	Results                               []string // files: results of the conformance suite, one for each architecture
	ResultKey                             string   // a file: the public key that must have signed them
}

const installed = "/usr/lib/usagedata/products"

func (f productParts) contents(o order, w *workDir) (parts, error) {
	results, err := f.readResults()
	if err != nil {
		return parts{}, err
	}
	folder, err := f.buildFolder(o, w)
	if err != nil {
		return parts{}, err
	}
	p, err := profile.Load(folder)
	if err != nil {
		return parts{}, err
	}
	staged := filepath.Join(w.dir, "product", p.ID)
	if err := stage(folder, staged); err != nil {
		return parts{}, err
	}
	plugin, err := readProgram(filepath.Join(staged, product.PluginName), o.Arch)
	if err == nil {
		err = plugin.checkProfile(folder)
	}
	if err == nil {
		err = accept(results, staged, o)
	}
	if err != nil {
		return parts{}, err
	}
	made, legal, err := f.describe(o, folder, plugin, p)
	if err != nil {
		return parts{}, err
	}
	if err := f.sign(folder, staged, fmt.Sprintf("%s %s, profile %d", p.ID, o.Version, p.Version)); err != nil {
		return parts{}, err
	}
	documents, err := w.documents(o, made.Name, legal, "")
	made.Contents = append(made.Contents, documents...)
	return made, errors.Join(err, made.fill(w, staged, p))
}

// describe returns the package's name, dependencies and description, and its copyright.
func (f productParts) describe(o order, folder string, plugin program, p profile.Profile) (parts, legalFiles, error) {
	fips, err := plugin.fips()
	if err == nil && f.FIPS != "" && fips == "" {
		err = fmt.Errorf("the plugin is not built with Go's validated cryptographic module, which FIPS=%s requires",
			f.FIPS)
	}
	if err != nil {
		return parts{}, legalFiles{}, err
	}
	needs, err := dependsOf(folder, plugin)
	if err != nil {
		return parts{}, legalFiles{}, err
	}
	made := parts{
		Name: variant("usagedata-plugin-"+p.ID, fips), Summary: "Usage data of " + p.Name,
		Depends: append(f.host(fips), needs...), Only: "usagedata-plugin",
		About: "The plugin that reads this product, and the profile that lists the data\n" +
			"that may leave the appliance. An appliance has one such package.",
	}
	own, err := legalFilesOf(o, made.Name, plugin, folder, f.Folder)
	made.License = own.license
	return made, own, err
}

// fill adds the product's installed files, and those made from its profile.
func (made *parts) fill(w *workDir, staged string, p profile.Profile) error {
	var problems []error
	add := func(c *files.Content, err error) {
		made.Contents, problems = append(made.Contents, c), append(problems, err)
	}
	add(folder(path.Join(installed, p.ID), 0o755), nil)
	add(folder("/usr/share/doc/"+made.Name, 0o755), nil)
	entries, err := os.ReadDir(staged)
	problems = append(problems, err)
	for _, e := range entries {
		mode := os.FileMode(0o644)
		if e.Name() == product.PluginName {
			mode = 0o755
		}
		add(file(filepath.Join(staged, e.Name()), path.Join(installed, p.ID, e.Name()), mode), nil)
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
	add(w.put("/usr/share/doc/"+made.Name+"/"+dictionary.FileName, page, 0o644))
	schema, err := document.SchemaOf(p)
	problems = append(problems, err)
	add(w.put("/usr/share/usagedata/"+p.ID+".schema.json", string(schema), 0o644))
	with := forScripts(p)
	with["Elsewhere"], err = filled("elsewhere", nil)
	problems = append(problems, err)
	made.Scripts, err = w.scripts("product", with)
	return errors.Join(append(problems, err)...)
}

// host returns the dependency on the host, whose scripts the product's scripts call.
func (f productParts) host(fips string) []needed {
	return []needed{{Name: variant(hostName, fips), Least: packageVersion(f.Host), Scripts: true}}
}

// sign signs the staged files if a key is given. If the folder came with a signature and there is
// no key, it returns an error, because the signature would be lost.
func (f productParts) sign(folder, staged, comment string) error {
	switch {
	case f.Key == "" && f.PasswordFile != "":
		return usage.WithHint(errors.New("a password is given without a secret key"),
			"give the file with the secret key as KEY= of make or --key of this program")
	case f.Key == "" && signed(folder):
		return usage.WithHint(fmt.Errorf("%s is signed, but the package would not be", folder),
			"give the secret key, because the package signs the installed files, or remove "+product.SignatureName)
	case f.Key == "":
		return nil
	}
	key, err := product.ReadSecretKey(f.Key, f.PasswordFile)
	if err != nil {
		return err
	}
	return product.Sign(staged, key, comment)
}
