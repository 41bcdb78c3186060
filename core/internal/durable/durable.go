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
)

// WriteFile makes data the whole content of path, with exactly this mode whatever the umask.
// The folder must exist. After an error path holds either its old content or data, whole.
//
// A crash before the rename leaves the old content and a hidden file beside it, which has a
// fixed name: the next attempt overwrites it, so that leftovers do not pile up.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	temp, err := openTemp(path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer temp.Close() // gives up its lock too
	err = fill(temp, data, mode)
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		os.Remove(temp.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// openTemp opens and locks the hidden file beside path that is written before it takes
// path's place.
func openTemp(path string) (*os.File, error) {
	name := beside(path, ".tmp")
	for {
		f, err := openLocked(name, os.O_RDWR)
		if err != nil {
			return nil, err
		}
		// Whoever held the lock before us may have renamed this very file into place. It
		// must not be touched any more, and is not what the name stands for now.
		if same(f, name) {
			return f, nil
		}
		f.Close()
	}
}

func same(f *os.File, name string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(held, named)
}

// fill synchronizes before it returns: a rename may reach the disk before the content does,
// and a crash would then leave an empty file under the final name.
func fill(f *os.File, data []byte, mode fs.FileMode) error {
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
func Move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(to)); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(from))
}

// Remove deletes files and makes that last; one that is missing already is fine. It goes on
// after a failure and reports all of them. A crash leaves some of the files, each whole.
func Remove(paths ...string) error {
	var problems []error
	folders := map[string]bool{}
	for _, path := range paths {
		folders[filepath.Dir(path)] = true
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// MakeFolder creates path and the folders above it where they are missing; the mode is for
// those that it makes.
func MakeFolder(path string, mode fs.FileMode) error {
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a change of names last: the file's own Sync does not cover its name.
func syncFolder(path string) error {
	folder, err := os.Open(path)
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
