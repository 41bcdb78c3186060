package config

import (
	"fmt"
	"io/fs"
	"os"

	"polycom.com/usagedata/core/internal/entrusted"
	"polycom.com/usagedata/core/usage"
)

// changeable is the error of a configuration that others could have changed.
type changeable struct{ error }

func (c changeable) Unwrap() error { return c.error }

// entrusted refuses a configuration that a user other than root and the user of this process could
// have changed (S18): that user could choose where usage data is sent, and which servers the host
// trusts. A command that root has started switches to the user that owns the state, who may own the
// configuration too.
func (c Config) entrusted(path string, info fs.FileInfo) error {
	users := entrusted.TrustedUsers()
	if owner, err := c.Owner(); err == nil && os.Geteuid() == 0 {
		users = entrusted.TrustedUsers(owner.Uid)
	}
	if err := users.Check(path, info); err != nil {
		return changeable{fmt.Errorf("%s can't be trusted: %w", path, err)}
	}
	if err := users.CheckPath(path); err != nil {
		return changeable{fmt.Errorf("a folder above %s can't be trusted: %w", path, usage.Cause(err))}
	}
	return nil
}

// Owner is a user with its group.
type Owner struct{ Uid, Gid uint32 }

// Owner returns the user that owns the service's state: the service runs as that user. The error
// wraps [fs.ErrNotExist] if there is no state folder yet; then the user is not known.
func (c Config) Owner() (Owner, error) {
	info, err := os.Lstat(c.Folders.State)
	if err != nil {
		return Owner{}, err
	}
	uid, gid, err := entrusted.OwnerOf(info)
	return Owner{uid, gid}, err
}
