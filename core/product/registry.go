// Package product opens the products installed on the appliance: a folder DIR/<id>/ with
// profile.yaml, the plugin and its checksum. It lists and selects products, and it verifies that
// others cannot change a file of the folder or a folder above it, that the plugin is the binary
// that was installed, and which vendor signed the folder.
package product

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// PluginName is the name of the plugin's binary in a product's folder.
const PluginName = "plugin"

// Installed is an installed product.
type Installed struct {
	Profile profile.Profile
	Dir     string
	Sum     [sha256.Size]byte // of the plugin, as the packager recorded it
}

// Plugin returns the path of the product's plugin.
func (p Installed) Plugin() string { return filepath.Join(p.Dir, PluginName) }

// Files returns the names of the files that the folder must hold, including the authorities if the
// profile names them.
func (p Installed) Files() []string {
	names := []string{profile.FileName, ChecksumName, PluginName}
	if ca := p.Profile.CollectionPoint.CA; ca != "" {
		names = append(names, ca)
	}
	return names
}

// Entry is an entry of the registry: a product, or the reason why it cannot be used.
type Entry struct {
	ID        string
	Product   Installed
	Announced string // name of a model that a later release will support
	Err       error  // why the folder cannot be used
}

// Errors of [Select] by which callers choose their hint.
var (
	ErrNotInstalled = errors.New("not installed")
	ErrAnnounced    = errors.New("announced for a later release")
	ErrNoFolder     = errors.New("read products folder")
)

// Registry lists the products installed in dir and, after them, the models that their profiles
// announce. A folder that cannot be used is listed with its error.
func Registry(dir string) ([]Entry, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoFolder, err)
	}
	var installed, announced []Entry
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		p, err := Open(filepath.Join(dir, folder.Name()))
		if err == nil {
			_, err = p.Owner() // a product that others can change is not started
		}
		installed = append(installed, Entry{ID: folder.Name(), Product: p, Err: err})
		for _, a := range p.Profile.Announced {
			announced = append(announced, Entry{ID: a.ID, Announced: a.Name})
		}
	}
	return append(installed, announced...), nil
}

// Select returns the installed product of that id, or [ErrNotInstalled] or [ErrAnnounced] if it is
// not there. Only in that case it reads the other products, so that a broken product does not
// matter to this appliance.
func Select(dir, id string) (Installed, error) {
	if info, err := os.Stat(filepath.Join(dir, id)); usage.IsProduct(id) && err == nil && info.IsDir() {
		return Open(filepath.Join(dir, id))
	}
	entries, err := Registry(dir)
	if err != nil {
		return Installed{}, err
	}
	for _, e := range entries {
		if e.ID == id && e.Announced != "" {
			return Installed{}, fmt.Errorf("product %s (%s): %w", id, e.Announced, ErrAnnounced)
		}
	}
	if !usage.IsProduct(id) {
		id = strconv.Quote(id) // it may hold characters that a terminal obeys
	}
	return Installed{}, fmt.Errorf("product %s: %w in %s", id, ErrNotInstalled, dir)
}

// Open opens the product installed in dir. The folder's name must be the product's id, so that a
// profile copied to another folder by mistake is found.
func Open(dir string) (Installed, error) {
	read, err := profile.Load(dir)
	if err != nil {
		return Installed{}, err
	}
	if read.ID != filepath.Base(dir) {
		return Installed{}, fmt.Errorf("open product in %s: its profile is for %s", dir, read.ID)
	}
	p := Installed{Profile: read, Dir: dir}
	if err := runnable(p.Plugin()); err != nil {
		return Installed{}, err
	}
	p.Sum, err = readChecksum(dir)
	return p, err
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
