package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// openPlain opens or creates a plain file of ours. If something else has its name, openPlain
// displaces it, and if the owner may not open the file, it makes the file accessible again: neither
// may stop the service for good. A crash in between leaves the name free, or a file that has lost
// nothing.
func openPlain(disk Disk, path string, flags int) (File, error) {
	f, err := tryPlain(disk, path, flags)
	if err == nil || repair(disk, path, err) != nil {
		return f, err
	}
	return tryPlain(disk, path, flags)
}

func tryPlain(disk Disk, path string, flags int) (File, error) {
	f, err := disk.Open(path, flags|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotPlain
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// repair removes the cause of a failure to open a plain file. It returns an error if it cannot
// remove that cause.
func repair(disk Disk, path string, failure error) error {
	info, err := disk.Lstat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return Displace(disk, path)
	case errors.Is(failure, fs.ErrPermission):
		return disk.Chmod(path, info.Mode().Perm()|0o600)
	}
	return failure
}

// MendPlain displaces anything at path that is not a plain file, and reports whether it did. It
// makes a plain file accessible to its owner. A missing file is fine.
func MendPlain(disk Disk, path string) (displaced bool, err error) {
	info, err := disk.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return true, Displace(disk, path)
	case info.Mode().Perm()&0o600 != 0o600:
		return false, disk.Chmod(path, info.Mode().Perm()|0o600)
	}
	return false, nil
}

// makeReadable makes a plain file accessible to its owner after a failure to open it, and reports
// whether it did.
func makeReadable(disk Disk, path string, failure error) bool {
	info, err := disk.Lstat(path)
	return errors.Is(failure, fs.ErrPermission) && err == nil && info.Mode().IsRegular() &&
		repair(disk, path, failure) == nil
}

// maxDisplaced is how many displaced files of one name are kept.
const maxDisplaced = 9

// Displace frees the name path, durably. It removes anything that holds no data: a link, a pipe, a
// socket, an empty folder. A file, or a folder that is not empty, may matter to somebody: it is
// renamed to path.damaged, path.damaged2 and so on. A crash leaves it under one of the two names.
func Displace(disk Disk, path string) error {
	info, err := disk.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() && disk.Remove(path) == nil {
		return SyncDir(disk, filepath.Dir(path))
	}
	for n := range maxDisplaced {
		to := path + ".damaged"
		if n > 0 {
			to = fmt.Sprintf("%s%d", to, n+1)
		}
		if _, err := disk.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return Move(disk, path, to)
		}
	}
	return fmt.Errorf("rename %s: there are already %d files with its name and the ending .damaged", path, maxDisplaced)
}

// rename calls Rename of the disk. If a folder has the name, it displaces the folder first.
func rename(disk Disk, from, to string) error {
	err := disk.Rename(from, to)
	if err == nil {
		return nil
	}
	if info, missing := disk.Lstat(to); missing != nil || !info.IsDir() || Displace(disk, to) != nil {
		return err
	}
	return disk.Rename(from, to)
}

// MakeOwnFolder is [MakeFolder] for a folder within one of ours, in which nothing else may have its
// name: anything else is displaced. A folder that its owner may not enter is made accessible again.
func MakeOwnFolder(disk Disk, path string, mode fs.FileMode) error {
	err := MakeFolder(disk, path, mode)
	if err == nil {
		return nil
	}
	info, missing := disk.Lstat(path)
	switch {
	case missing != nil:
		return err
	case !info.IsDir():
		err = Displace(disk, path)
	case errors.Is(err, fs.ErrPermission):
		err = disk.Chmod(path, mode)
	}
	if err != nil {
		return err
	}
	return MakeFolder(disk, path, mode)
}
