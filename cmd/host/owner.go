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

// actAsOwner makes a command that root started act as the one whom the service's state belongs to. What it replaces
// stays that user's: the service could not read a decision or a key that is root's, which would mean no. It also meets
// what the service would meet: `check` started by root can read everything, and would say so.
//
// Before the service has a state folder there is nobody to become: the package makes the folder, and whoever does
// without one runs all of it as one user. For another user than root nothing changes. There is no way back within the
// process. If runs, the run folder is made for that user.
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
	// The groups first: after the user there is no right to change them.
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

// runFolderFor makes the run folder where it is missing, as after a start of the machine, while there is the right to.
// A crash between the two leaves a folder of root's, which the service's own start makes right.
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

// groupsOf are the groups that the system gives a user: a product's, for example, whose log the plugin reads. A user
// that is only a number has none.
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
