package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/confine"
)

// actAsOwner makes a command started by root act as the user that owns the service's state, so that
// the files it replaces stay that user's: the service could not read a decision or a key owned by
// root, which would count as a denial. The command also gets the same errors as the service: as
// root, `check` could read everything, and would report that.
//
// If the service has no state folder yet, actAsOwner does nothing: the package makes the folder,
// and an installation without a package runs everything as one user. It also does nothing unless
// the user is root. The process cannot change back. If runs is true, the run folder is made for
// that user.
func actAsOwner(c config.Config, runs bool) (err error) {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, err := c.Owner()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the owner of the state folder: %w", err)
	}
	if owner.Uid == 0 {
		return nil
	}
	var unmade error
	if runs {
		unmade = runFolderFor(owner, c.Folders.Run)
	}
	// Set the groups first: after changing the user there is no right to do so.
	err = errors.Join(syscall.Setgroups(groupsOf(owner.Uid)), syscall.Setgid(int(owner.Gid)))
	if err == nil {
		err = syscall.Setuid(int(owner.Uid))
	}
	if err == nil {
		err = confine.HideMemory()
	}
	if err != nil {
		err = fmt.Errorf("act as the owner of the state folder: %w", err)
	}
	return errors.Join(unmade, err)
}

// runFolderFor makes the run folder if it is missing, as after a start of the machine, while the
// process still has the right to. If we crash in between, the folder belongs to root, and the
// service's next start corrects that.
func runFolderFor(owner config.Owner, path string) error {
	err := os.Mkdir(path, 0o750)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = os.Lchown(path, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		return fmt.Errorf("make the run folder: %w", err)
	}
	return nil
}

// groupsOf returns the groups of a user on this system: for example a product's, whose log the
// plugin reads. A user that is only a number has no groups.
func groupsOf(uid uint32) []int {
	known, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return nil
	}
	ids, err := known.GroupIds()
	if err != nil {
		return nil
	}
	var groups []int
	for _, id := range ids {
		if number, err := strconv.Atoi(id); err == nil {
			groups = append(groups, number)
		}
	}
	return groups
}
