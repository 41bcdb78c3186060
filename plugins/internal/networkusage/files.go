package networkusage

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"polycom.com/usagedata/core/rotation"
)

var errNone = fmt.Errorf("no export: %w", fs.ErrNotExist)

// listing holds paths of files.
type listing []string

// list returns the exports in a directory, or a file with its rotated files.
func list(path string) (listing, error) {
	info, err := os.Stat(path)
	folder, wanted := path, isExport
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil || !info.IsDir():
		folder, wanted = filepath.Dir(path), rotation.Of(filepath.Base(path))
	}
	found, err := listFolder(folder, wanted)
	switch found = found.withoutCopies(); {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, errNone
	case len(found) > maxFiles:
		return nil, errTooMany
	}
	return found, nil
}

func listFolder(folder string, wanted func(string) bool) (found listing, err error) {
	dir, err := os.OpenFile(folder, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := namesIn(dir, wanted)
	for _, name := range names {
		found = append(found, filepath.Join(folder, name))
	}
	return found, err
}

// lister is an open directory.
type lister interface {
	ReadDir(most int) ([]fs.DirEntry, error)
}

// namesIn returns the names in a directory that are wanted. It reads a few entries at a time,
// because the directory may have a million other files.
func namesIn(folder lister, wanted func(string) bool) ([]string, error) {
	const block, most = 1_000, 2 * maxFiles // each with its compressed copy
	var names []string
	for len(names) <= most {
		entries, err := folder.ReadDir(block)
		for _, entry := range entries {
			if !entry.IsDir() && wanted(entry.Name()) {
				names = append(names, entry.Name())
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			slices.Sort(names)
			return names, nil
		case err != nil:
			return nil, err
		}
	}
	return nil, errTooMany
}

// withoutCopies leaves out a file that is being compressed: as long as usage.csv.1 exists,
// usage.csv.1.gz may be incomplete.
func (l listing) withoutCopies() listing {
	return slices.DeleteFunc(slices.Clone(l), func(path string) bool {
		original := rotation.Unpacked(path)
		return original != path && slices.Contains(l, original)
	})
}

// openFiles holds open files, so that renaming or removing them does not matter while they are
// read.
type openFiles []*openFile

type openFile struct {
	*os.File // nil if it cannot be opened, or is open under another name
	denied   error
	name     string
	info     fs.FileInfo // at the time of opening: later additions are not read
}

// openAll opens the files at a path, and then lists them again to check that they all existed at
// the same time. Otherwise a file that was rotated in between would be missed or read twice.
func openAll(path string) (openFiles, error) {
	for range 5 {
		before, err := list(path)
		if err != nil {
			return nil, err
		}
		files, whole := before.open()
		after, gone := list(path)
		switch {
		case !whole, gone != nil, !files.match(after):
			files.close()
		case len(files) == 0:
			return nil, errNone
		default:
			return files, nil
		}
	}
	return nil, errChanged
}

// open opens all files, and sorts them from the newest to the oldest. It reports false if one of
// them is gone. It skips a file that is not regular, without waiting for it, and opens a file with
// two names only once.
func (l listing) open() (files openFiles, whole bool) {
	for _, path := range l {
		f, ok := openOne(path)
		if !ok {
			return files, false
		}
		if f != nil {
			files = append(files, f.unlessOpen(files))
		}
	}
	slices.SortStableFunc(files, func(a, b *openFile) int {
		return cmp.Or(b.info.ModTime().Compare(a.info.ModTime()), cmp.Compare(a.name, b.name))
	})
	return files, true
}

// openOne opens a file. ok is false if it is gone, and f is nil if it is not a regular file.
func openOne(path string) (f *openFile, ok bool) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		info, gone := identity(path)
		return &openFile{denied: err, name: path, info: info}, gone == nil
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = file.Close() // nothing was written
		return nil, true
	}
	return &openFile{File: file, name: path, info: info}, true
}

// identity describes the file at a path, for comparison. A dangling symbolic link is described
// itself.
func identity(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return os.Lstat(path)
	}
	return info, nil
}

// unlessOpen closes the file again if it is already open under another name.
func (f *openFile) unlessOpen(open openFiles) *openFile {
	if f.File != nil && slices.ContainsFunc(open,
		func(other *openFile) bool { return os.SameFile(other.info, f.info) }) {
		_ = f.Close() // nothing was written
		f.File = nil
	}
	return f
}

// match reports whether the paths still lead to the open files.
func (o openFiles) match(now listing) bool {
	left := map[string]*openFile{}
	for _, f := range o {
		left[f.name] = f
	}
	for _, path := range now {
		info, err := identity(path)
		switch f := left[path]; {
		case err != nil:
			return false
		case f == nil && (info.Mode().IsRegular() || info.Mode()&fs.ModeSymlink != 0), f != nil &&
			!os.SameFile(f.info, info):
			return false
		}
		delete(left, path)
	}
	return len(left) == 0
}

func (o openFiles) close() {
	for _, f := range o {
		if f.File != nil {
			_ = f.Close() // nothing was written
		}
	}
}
