package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/internal/entrusted"
	"polycom.com/usagedata/core/usage"
)

// user reports the user as whom everything is tried. Only files that the service's user can read
// work for the service (S15).
func (i Installation) user() Finding {
	const part = "user"
	owner, err := i.Settings.Owner()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Finding{Part: part, State: Warn,
			Says: "the state folder " + i.Settings.Folders.State + " does not exist yet, so the service's user is " +
				"not known: everything is checked as " + currentUser(),
			Hint: "install the service's package, which makes the folder and the user, and check again"}
	case err != nil:
		return failed(part, err)
	case nameOf(owner.Uid) != currentUser():
		return Finding{Part: part, State: Warn,
			Says: fmt.Sprintf("everything is checked as %s; the service runs as %s, with other permissions",
				currentUser(), nameOf(owner.Uid)),
			Hint: "run `usagedata check` as root: it then checks everything as the service's user"}
	}
	return works(part, "everything is checked as "+i.checkedAs())
}

// configuration reports the configuration file, and each file and folder that it names if the
// service's user cannot use it.
func (i Installation) configuration() []Finding {
	const part = "configuration"
	found := []Finding{works(part, i.Path)}
	files := append([]config.File{{Key: "file", Path: i.Path}}, i.Settings.Files()...)
	for _, f := range files {
		err := i.readable(f.Path)
		if err != nil && found[len(found)-1].Part != part+"/"+f.Key { // one finding is enough for the product's files
			found = append(found, failed(part+"/"+f.Key, err))
		}
	}
	for _, f := range i.Settings.OwnFolders() {
		err := i.writable(f.Path)
		if f.Key == metricsKey {
			err = i.metrics(f.Path, err)
		}
		if err != nil {
			found = append(found, failed(part+"/"+f.Key, err))
		}
	}
	for _, key := range i.Settings.Late {
		found = append(found, Finding{Part: part + "/" + key, State: Warn,
			Says: "reading the file took too long, so it was not checked",
			Hint: "check the file server that holds it"})
	}
	return found
}

// readable returns an error if this user cannot read a file, or enter a folder on the way to it.
// The error's hint says how to permit that.
func (i Installation) readable(path string) error {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if folder := blocked(path); folder != "" {
		return usage.WithHint(fmt.Errorf("%s: %s can't enter the folder %s", path, i.checkedAs(), folder),
			fmt.Sprintf("chgrp %s %s && chmod g+x %[2]s", groupName(), folder))
	}
	return usage.WithHint(fmt.Errorf("%s: %s can't read it", path, i.checkedAs()),
		fmt.Sprintf("chgrp %s %s && chmod %s %[2]s", groupName(), path, modeOf(path)))
}

// modeOf returns the mode that lets the group use path: a program stays executable, and a folder
// passable.
func modeOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o111 != 0 {
		return "0750"
	}
	return "0640"
}

// blocked returns the first folder on the way to path that this user cannot enter; it is empty if
// there is none.
func blocked(path string) string {
	dir := filepath.Dir(path)
	if dir != path {
		if above := blocked(dir); above != "" {
			return above
		}
	}
	if errors.Is(access(dir, unix.X_OK), fs.ErrPermission) {
		return dir
	}
	return ""
}

func access(path string, how uint32) error {
	return unix.Faccessat(unix.AT_FDCWD, path, how, unix.AT_EACCESS)
}

// writable returns an error if this user cannot make files in a folder, or make the folder if it
// does not exist.
func (i Installation) writable(folder string) error {
	err := access(folder, unix.W_OK|unix.X_OK)
	if errors.Is(err, unix.EROFS) {
		return usage.WithHint(fmt.Errorf("%s: %s can't write there: %w", folder, i.checkedAs(), err),
			durable.ReadOnlyHint(folder))
	}
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(folder) != folder {
		above := i.writable(filepath.Dir(folder))
		if above == nil || errors.Is(above, unix.EROFS) {
			return above
		}
		return usage.WithHint(fmt.Errorf("%s does not exist, and %s can't make it", folder, i.checkedAs()),
			fmt.Sprintf("mkdir -p %s && chown %s: %[1]s && chmod 0750 %[1]s", folder, account()))
	}
	if err != nil {
		return usage.WithHint(fmt.Errorf("%s: %s can't write there: %w", folder, i.checkedAs(), err),
			fmt.Sprintf("chown %s: %s", account(), folder))
	}
	return nil
}

// checkedAs returns the user as whom everything is tried, as a subject of sentences.
func (i Installation) checkedAs() string {
	if owner, err := i.Settings.Owner(); err == nil && int(owner.Uid) == os.Geteuid() && owner.Uid != 0 {
		return "the service's user " + account()
	}
	return currentUser()
}

// currentUser returns the user of this process, as a subject of sentences.
func currentUser() string { return nameOf(uint32(os.Geteuid())) }

// account returns the account of the user as whom everything is tried, as chown accepts it.
func account() string {
	name, _ := entrusted.Account(uint32(os.Geteuid()))
	return name
}

func groupName() string {
	number := strconv.Itoa(os.Getegid())
	if group, err := user.LookupGroupId(number); err == nil {
		return group.Name
	}
	return number
}
