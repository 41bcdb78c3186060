package product

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"polycom.com/usagedata/core/internal/entrusted"
	"polycom.com/usagedata/core/usage"
)

// An installed product runs with the service's rights, and its profile decides which data may leave
// the appliance (ANON-1, PLUG-1). So only root and the user of the service may be able to change
// it, or a folder on the way to it. A checksum does not replace that: it is in the same folder as
// the binary, so a user that can write one can write the other.

// Owner returns the user that owns the plugin. It returns an error if another user could have
// changed the installation: the product's folder, its profile, its plugin or its checksum, directly
// or through a folder above.
func (p Installed) Owner() (uid uint32, err error) {
	if err := entrusted.TrustedUsers().CheckPath(p.Dir); err != nil {
		return 0, fmt.Errorf("verify the owner of a folder above the product's: %w", usage.Cause(err))
	}
	if err := verify("the product's folder", filepath.Clean(p.Dir), fs.ModeDir); err != nil {
		return 0, err
	}
	for _, name := range p.Files() {
		if err := verify(name, filepath.Join(p.Dir, name), 0); err != nil {
			return 0, err
		}
	}
	info, err := os.Lstat(p.Plugin())
	if err != nil {
		return 0, fmt.Errorf("verify the owner of %s: %w", PluginName, usage.Cause(err))
	}
	if uid, _, err = entrusted.OwnerOf(info); err != nil {
		return 0, fmt.Errorf("verify the owner of %s: %w", PluginName, err)
	}
	return uid, nil
}

// OpenPlugin opens the plugin's binary to start it, after verifying the owners of all installed
// files and the binary's checksum. The open file itself is executed, so a file that replaces it
// afterwards never runs; its owner is verified too, so that a file put there between the two checks
// is found. A file that seen has is not read again; seen may be nil.
func (p Installed) OpenPlugin(seen *Seen) (*os.File, error) {
	if _, err := p.Owner(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p.Plugin(), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = verified(PluginName, p.Plugin(), 0, info)
	}
	if err == nil && !seen.has(info, p.Sum) {
		err = p.Compare(f)
	}
	if err == nil {
		seen.note(info, p.Sum, time.Now())
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Verify returns the error that [Installed.OpenPlugin] would. It answers a person's question
// whether the plugin can be started; to start it, call OpenPlugin, which verifies the file that it
// returns.
func (p Installed) Verify() error {
	f, err := p.OpenPlugin(nil)
	if err != nil {
		return err
	}
	return f.Close()
}

// verify checks a file without following a link, because a link could lead to a file that others
// own.
func verify(label, path string, kind fs.FileMode) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("verify the owner of %s: %w", label, usage.Cause(err))
	}
	return verified(label, path, kind, info)
}

// verified accepts a file or folder that only root and we can change. The hint has the path, for
// the person at the terminal.
func verified(label, path string, kind fs.FileMode, info fs.FileInfo) error {
	if info.Mode().Type() != kind {
		return usage.WithHint(fmt.Errorf("verify the owner of %s: it is a link or has the wrong type", label),
			"install the product's package again: links are not followed at "+path)
	}
	if err := entrusted.TrustedUsers().Check(path, info); err != nil {
		return fmt.Errorf("verify the owner of %s: %w", label, err)
	}
	return nil
}
