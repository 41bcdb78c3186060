package profile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// What is installed runs with the service's rights and says what may leave the appliance (ANON-1, PLUG-1). So nobody
// but root and the user that the service runs as may be able to change it, or a folder on the way to it. A checksum
// does not replace that: it lies beside the binary, and who can write one can write the other.

// Owner returns the user that the plugin belongs to. An error says that somebody else could have changed what is
// installed: the product's folder, its profile, its plugin or its checksum, or by way of a folder above.
func (p Product) Owner() (uid uint32, err error) {
	if err := verifyAbove(p.Dir); err != nil {
		return 0, err
	}
	if err := verify("the product's folder", filepath.Clean(p.Dir), fs.ModeDir); err != nil {
		return 0, err
	}
	for _, name := range p.files() {
		if err := verify(name, filepath.Join(p.Dir, name), 0); err != nil {
			return 0, err
		}
	}
	info, err := os.Lstat(p.Plugin())
	if err != nil {
		return 0, fmt.Errorf("verify the owner of %s: %w", PluginName, cause(err))
	}
	uid, _ = ownerOf(info)
	return uid, nil
}

// files are what the folder must hold, and the authorities where the profile names some.
func (p Product) files() []string {
	names := []string{FileName, ChecksumName, PluginName}
	if ca := p.Profile.CollectionPoint.CA; ca != "" {
		names = append(names, ca)
	}
	return names
}

// OpenPlugin opens the plugin's binary to start it, once all that is installed is verified. The owner is that of the
// open file: one that is put in its place between two looks is found out.
func (p Product) OpenPlugin() (*os.File, error) {
	if _, err := p.Owner(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p.Plugin(), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = entrusted(PluginName, p.Plugin(), 0, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// verifyAbove verifies all folders above the product's, by the path that is configured and by where that leads in the
// end.
func verifyAbove(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("verify the owner of the product's folder: %w", err)
	}
	real, err := filepath.EvalSymlinks(filepath.Dir(dir))
	if err != nil {
		return fmt.Errorf("verify the owner of the folders above the product's: %w", cause(err))
	}
	above := append(upwards(filepath.Dir(dir)), upwards(real)...)
	slices.Sort(above) // from the root down: the first to be named is the one to mend first
	for _, folder := range slices.Compact(above) {
		info, err := os.Stat(folder)
		if err != nil {
			return fmt.Errorf("verify the owner of a folder above the product's: %w", cause(err))
		}
		if err := entrusted("a folder above the product's", folder, fs.ModeDir, info); err != nil && !shared(info) {
			return err
		}
	}
	return nil
}

func upwards(dir string) []string {
	all := []string{dir}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		all = append(all, dir)
	}
	return all
}
