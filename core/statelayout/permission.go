package statelayout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/internal/entrusted"
	"polycom.com/usagedata/core/usage"
)

// Hinted adds to an error of the file system a hint for the administrator in four cases: another
// user than the service's runs the command; a file of the folders belongs to another user, as after
// a restore from a backup; the disk is full; or the file system is mounted read-only. It returns
// every other error unchanged.
func (f Folders) Hinted(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return usage.WithHint(err, fmt.Sprintf("free some space; `df -h %s %s` shows the space that is left", f.State,
			f.Log))
	}
	if errors.Is(err, syscall.EROFS) {
		return usage.WithHint(err, durable.ReadOnlyHint(f.State))
	}
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	service, unknown := f.ownerOf(f.State)
	switch {
	case errors.Is(unknown, fs.ErrNotExist):
		return err // the folder does not exist yet
	case unknown != nil || int(service) != os.Geteuid():
		return usage.WithHint(err, "run the command as root or as the service's user")
	}
	for path := deniedPath(err); f.within(path); path = filepath.Dir(path) {
		if owner, unknown := f.ownerOf(path); unknown == nil && owner != service {
			return f.wrongOwner(err, path, owner, service)
		}
	}
	return err
}

// wrongOwner names the file or folder of the service that belongs to another user. It does not name
// that user's account, because it can be a person's, and this error can get into a log.
func (f Folders) wrongOwner(err error, path string, owner, service uint32) error {
	whose, chown := "root", "chown"
	if owner != 0 {
		whose = fmt.Sprint("user ", owner)
	}
	if info, missing := f.Disk.Lstat(path); missing == nil && info.IsDir() && strings.HasPrefix(path, f.State) {
		chown = "chown -R" // everything in it is ours, and was most likely restored with it
	}
	account, _ := entrusted.Account(service)
	return usage.WithHint(fmt.Errorf("%w: %s belongs to %s, not to the service's user %s", err, path, whose, account),
		fmt.Sprintf("%s %s: %s", chown, account, path))
}

// within reports whether path is one of the service's folders, or in one of them.
func (f Folders) within(path string) bool {
	for _, folder := range []string{f.State, f.Log, filepath.Dir(f.Analytics)} {
		if path == folder || strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	return false
}

func (f Folders) ownerOf(path string) (uid uint32, err error) {
	info, err := f.Disk.Lstat(path)
	if err != nil {
		return 0, err
	}
	uid, _, err = entrusted.OwnerOf(info)
	return uid, err
}

// deniedPath returns the path of the first permission error in err.
func deniedPath(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) && errors.Is(at, fs.ErrPermission) {
		return at.Path
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.New
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range several.Unwrap() {
			if path := deniedPath(one); path != "" {
				return path
			}
		}
	}
	return ""
}
