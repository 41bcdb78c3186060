// Package durable is the one place in which files are changed, so that a crash, a full disk
// or a cut of power leaves what was there before or what was asked for, never something
// between. Whoever keeps a promise across restarts (budget, spool, journal, consent) stands
// on it and says only in which order its files change.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// WriteFile makes data the whole content of path, with exactly this mode whatever the umask.
// The folder must exist. After an error path holds either its old content or data, whole.
//
// A crash before the rename leaves the old content and a hidden file beside it, which has a
// fixed name: the next attempt overwrites it, so that leftovers do not pile up.
func WriteFile(disk Disk, path string, data []byte, mode fs.FileMode) error {
	temp, err := openTemp(disk, path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer temp.Close() // gives up its lock too
	err = fill(temp, data, mode)
	if err == nil {
		err = rename(disk, beside(path, tempEnding), path)
	}
	if err != nil {
		_ = disk.Remove(beside(path, tempEnding)) // what is left is overwritten by the next attempt
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncFolder(disk, filepath.Dir(path))
}

// tempEnding is that of the hidden file beside the one that is written.
const tempEnding = ".tmp"

// openTemp opens and locks the hidden file beside path that is written before it takes
// path's place.
func openTemp(disk Disk, path string) (File, error) {
	name, end := beside(path, tempEnding), time.Now().Add(patienceOn(disk))
	for {
		f, err := openLocked(disk, name, os.O_RDWR, end)
		if err != nil {
			return nil, err
		}
		// Whoever held the lock before us may have renamed this very file into place. It
		// must not be touched any more, and is not what the name stands for now.
		if same(disk, f, name) {
			return f, nil
		}
		f.Close()
		if !time.Now().Before(end) { // so it was each time, which is the disk's fault
			return nil, held(name, syscall.EWOULDBLOCK)
		}
	}
}

func same(disk Disk, f File, name string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := disk.Lstat(name)
	if err != nil {
		return false
	}
	one, ok := held.Sys().(*syscall.Stat_t)
	other, known := named.Sys().(*syscall.Stat_t)
	return ok && known && one.Dev == other.Dev && one.Ino == other.Ino
}

// fill synchronizes before it returns: a rename may reach the disk before the content does,
// and a crash would then leave an empty file under the final name.
func fill(f File, data []byte, mode fs.FileMode) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

// Move renames from to to, in the same file system, and makes that last. A crash leaves the
// file under one of the two names, or, between folders, possibly under both.
func Move(disk Disk, from, to string) error {
	if err := rename(disk, from, to); err != nil {
		return err
	}
	if err := syncFolder(disk, filepath.Dir(to)); err != nil {
		return err
	}
	return syncFolder(disk, filepath.Dir(from))
}

// Remove deletes files and makes that last; one that is missing already is fine. It goes on
// after a failure and reports all of them. A crash leaves some of the files, each whole.
func Remove(disk Disk, paths ...string) error {
	var problems []error
	folders := map[string]bool{}
	for _, path := range paths {
		folders[filepath.Dir(path)] = true
		if err := disk.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	for folder := range folders {
		if err := syncFolder(disk, folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// MakeFolder creates path and the folders above it where they are missing, and makes each
// last; the mode is for those that it makes. A crash leaves the upper ones.
func MakeFolder(disk Disk, path string, mode fs.FileMode) error {
	err := disk.Mkdir(path, mode)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		if err := MakeFolder(disk, filepath.Dir(path), mode); err != nil {
			return err
		}
		err = disk.Mkdir(path, mode)
	}
	if errors.Is(err, fs.ErrExist) {
		err = folderAt(disk, path)
	}
	if err != nil {
		return err
	}
	return syncFolder(disk, filepath.Dir(path))
}

// folderAt fails where what is there is no folder. One that a crash kept from lasting was made by nobody, so that every
// call synchronizes.
func folderAt(disk Disk, path string) error {
	folder, err := disk.Open(path, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	return folder.Close()
}

// SyncDir fsyncs a folder, so that the names in it last, also those of a process that died or failed before it had done
// so itself.
func SyncDir(disk Disk, folder string) error { return syncFolder(disk, folder) }

// syncFolder makes a change of names last: the file's own Sync does not cover its name.
func syncFolder(disk Disk, path string) error {
	folder, err := disk.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// beside is the hidden companion of path with this ending.
func beside(path, ending string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+ending)
}
