// Package durable is the one place that changes files, so that a crash, a full disk or a power
// failure leaves either the former content or the new one, never a mixture. Every package that
// keeps a promise across restarts (budget, spool, journal, consent) builds on it, and decides only
// in which order its files change.
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

// WriteFile makes data the whole content of path, with exactly this mode regardless of the umask.
// The folder must exist. After an error path holds either its old content or data, whole.
//
// A crash before the rename leaves the old content and a hidden file in the same folder. That file
// has a fixed name, and the next attempt overwrites it, so leftovers do not pile up.
func WriteFile(disk Disk, path string, data []byte, mode fs.FileMode) error {
	if err := Replace(disk, path, data, mode); err != nil {
		return err
	}
	return SyncDir(disk, filepath.Dir(path))
}

// Replace is [WriteFile] for content that a crash may undo: until the folder is fsynced, which the
// next WriteFile in it does too, a crash leaves either the old content or data, whole.
func Replace(disk Disk, path string, data []byte, mode fs.FileMode) error {
	temp, err := openTemp(disk, path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer temp.Close() // releases its lock too
	err = fill(temp, data, mode)
	if err == nil {
		err = rename(disk, hiddenPath(path, tempEnding), path)
	}
	if err != nil {
		_ = disk.Remove(hiddenPath(path, tempEnding)) // if this fails, the next attempt overwrites it
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// tempEnding is the ending of the hidden file that is written first.
const tempEnding = ".tmp"

// openTemp opens and locks the hidden file that is written before it replaces path.
func openTemp(disk Disk, path string) (File, error) {
	name, end := hiddenPath(path, tempEnding), time.Now().Add(lockTimeoutOn(disk))
	for {
		f, err := openLocked(disk, name, os.O_RDWR, end)
		if err != nil {
			return nil, err
		}
		// Another process that held the lock before us may have renamed this very file into place.
		// Then we must not touch it, and the name means another file now.
		if isSameFile(disk, f, name) {
			return f, nil
		}
		f.Close()
		if !time.Now().Before(end) { // it was so each time, which is the disk's fault
			return nil, lockError(name, syscall.EWOULDBLOCK)
		}
	}
}

func isSameFile(disk Disk, f File, name string) bool {
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

// fill writes data and fsyncs it: a rename may reach the disk before the content does, and a crash
// would then leave an empty file under the final name.
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

// Move renames from to to, within one file system, and fsyncs both folders. A crash leaves the file
// under one of the two names, or, if the folders differ, possibly under both.
func Move(disk Disk, from, to string) error {
	if err := rename(disk, from, to); err != nil {
		return err
	}
	if err := SyncDir(disk, filepath.Dir(to)); err != nil {
		return err
	}
	return SyncDir(disk, filepath.Dir(from))
}

// Remove deletes files and fsyncs their folders. A file that is already missing is fine. It goes on
// after a failure and returns all of them, joined. A crash leaves some of the files, each whole.
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
		if err := SyncDir(disk, folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// Erase removes a file, and the hidden file with its content that an interrupted [WriteFile] leaves.
func Erase(disk Disk, path string) error {
	return Remove(disk, path, hiddenPath(path, tempEnding))
}

// MakeFolder creates path and the folders above it if they are missing, and fsyncs the folder above
// each. New folders have the given mode. A crash leaves the upper ones.
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
	return SyncDir(disk, filepath.Dir(path))
}

// folderAt returns an error if path is not a folder. Whether the folder was fsynced before a crash
// is unknown, so every call of [MakeFolder] fsyncs.
func folderAt(disk Disk, path string) error {
	folder, err := disk.Open(path, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return err
	}
	return folder.Close()
}

// SyncDir fsyncs a folder, because the Sync of a file does not cover its name: the names in the
// folder then survive a crash, including those that a process made before it was killed or failed
// to fsync.
func SyncDir(disk Disk, path string) error {
	folder, err := disk.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// hiddenPath returns the path of the hidden companion of path with this ending.
func hiddenPath(path, ending string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+ending)
}
