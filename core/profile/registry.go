package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// What a product's folder holds beside its profile.
const (
	PluginName   = "plugin"        // the binary
	ChecksumName = "plugin.sha256" // as sha256sum writes it
)

// Product is an installed product: a folder DIR/<id>/ with profile.yaml, plugin and plugin.sha256.
type Product struct {
	Profile Profile
	Dir     string
	Sum     [sha256.Size]byte // of the plugin, as the packager wrote it down
}

// Plugin is the path of the product's plugin.
func (p Product) Plugin() string { return filepath.Join(p.Dir, PluginName) }

// Entry is a line of the registry: a product, or what stands in its way.
type Entry struct {
	ID        string
	Product   Product
	Announced string // the name of a model that a later release will support
	Err       error  // why the folder can't be used
}

// What a caller tells apart when a product can't be selected.
var (
	ErrNotInstalled = errors.New("not installed")
	ErrAnnounced    = errors.New("announced for a later release")
)

// Registry lists the products installed in dir and, after them, the models that their profiles announce. A folder that
// can't be used is listed with its error.
func Registry(dir string) ([]Entry, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read products folder: %w", err)
	}
	var installed, announced []Entry
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		product, err := Open(filepath.Join(dir, folder.Name()))
		if err == nil {
			_, err = product.Owner() // what others can change is not started
		}
		installed = append(installed, Entry{ID: folder.Name(), Product: product, Err: err})
		for _, a := range product.Profile.Announced {
			announced = append(announced, Entry{ID: a.ID, Announced: a.Name})
		}
	}
	return append(installed, announced...), nil
}

// Select returns the installed product of that id; ErrNotInstalled or ErrAnnounced if there is none. The other products
// are looked at only then: a broken one does not matter to this appliance.
func Select(dir, id string) (Product, error) {
	if info, err := os.Stat(filepath.Join(dir, id)); productID.MatchString(id) && err == nil && info.IsDir() {
		return Open(filepath.Join(dir, id))
	}
	entries, err := Registry(dir)
	if err != nil {
		return Product{}, err
	}
	for _, e := range entries {
		if e.ID == id && e.Announced != "" {
			return Product{}, fmt.Errorf("product %s (%s): %w", id, e.Announced, ErrAnnounced)
		}
	}
	return Product{}, fmt.Errorf("product %s: %w in %s", id, ErrNotInstalled, dir)
}

// Open opens the product installed in dir. The folder's name is the product's id, so that a profile that was copied to
// another folder by mistake is found.
func Open(dir string) (Product, error) {
	p, err := Load(dir)
	if err != nil {
		return Product{}, err
	}
	if p.ID != filepath.Base(dir) {
		return Product{}, fmt.Errorf("open product in %s: its profile is for %s", dir, p.ID)
	}
	product := Product{Profile: p, Dir: dir}
	if err := runnable(product.Plugin()); err != nil {
		return Product{}, err
	}
	product.Sum, err = readSum(filepath.Join(dir, ChecksumName))
	return product, err
}

func runnable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open plugin: %w", err)
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
		return fmt.Errorf("open plugin %s: not executable", path)
	}
	return nil
}

var sumLine = regexp.MustCompile(`^([0-9a-f]{64}) [ *]` + PluginName + `\n?$`)

// readSum reads one line in the layout of sha256sum, so that an administrator can check it with that program.
func readSum(path string) (sum [sha256.Size]byte, err error) {
	line, err := os.ReadFile(path)
	if err != nil {
		return sum, fmt.Errorf("read checksum: %w", err)
	}
	match := sumLine.FindStringSubmatch(strings.ToLower(string(line)))
	if match == nil {
		return sum, fmt.Errorf("read checksum %s: not one line of sha256sum for %s", path, PluginName)
	}
	_, err = hex.Decode(sum[:], []byte(match[1]))
	return sum, err
}
